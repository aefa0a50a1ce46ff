-- Pages and search whose cost follows the page, not what is stored.
-- Open dossiers by promise, of one office and of all, and those somebody must be warned of.
DROP INDEX dossier_holder;
CREATE INDEX dossier_holder ON dossier (holder_office_id, coalesce(due_at, 'infinity'::timestamptz), id) WHERE ended_at IS NULL;
CREATE INDEX dossier_open ON dossier (coalesce(due_at, 'infinity'::timestamptz), id) WHERE ended_at IS NULL;
CREATE INDEX dossier_warned ON dossier (coalesce(due_at, 'infinity'::timestamptz), id) WHERE ended_at IS NULL AND warning <> 'fine';
-- Those nobody watches (imported, not adopted), by when they turn.
CREATE INDEX dossier_unwatched ON dossier (least(risk_at, certain_at, late_at), id)
    WHERE ended_at IS NULL AND warning = 'fine' AND next_alarm_at IS NULL;

-- All dossiers of an office, newest first: a search for what many have in common (dossier_find).
DROP INDEX dossier_competent;
CREATE INDEX dossier_competent ON dossier (competent_office_id, id);
CREATE INDEX dossier_supervising ON dossier (supervising_office_id, id);
CREATE INDEX dossier_filed ON dossier (filed_office_id, id);
CREATE INDEX dossier_ended_elsewhere ON dossier (holder_office_id, id) WHERE ended_at IS NOT NULL AND holder_office_id
    <> ALL (ARRAY[coalesce(filed_office_id, 0), coalesce(supervising_office_id, 0), coalesce(competent_office_id, 0)]);

-- The end of a code, as people read it out.
CREATE INDEX dossier_code_reversed ON dossier_code (reverse(code) COLLATE "C");
