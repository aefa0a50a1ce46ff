-- What is late or will be, office by office, in order of the promise (queue_page): where it lies, who decides, who supervises, where it was
-- filed. Each office has a dossier once, so most stand in two of them; what is fine stands in none.
CREATE INDEX dossier_warned_held ON dossier (holder_office_id, coalesce(due_at, 'infinity'::timestamptz), id) WHERE ended_at IS NULL AND warning <> 'fine';
CREATE INDEX dossier_warned_decided ON dossier (competent_office_id, coalesce(due_at, 'infinity'::timestamptz), id)
    WHERE ended_at IS NULL AND warning <> 'fine' AND competent_office_id <> ALL (ARRAY[coalesce(holder_office_id, 0)]);
CREATE INDEX dossier_warned_supervised ON dossier (supervising_office_id, coalesce(due_at, 'infinity'::timestamptz), id)
    WHERE ended_at IS NULL AND warning <> 'fine' AND supervising_office_id <> ALL (ARRAY[coalesce(holder_office_id, 0), coalesce(competent_office_id, 0)]);
CREATE INDEX dossier_warned_filed ON dossier (filed_office_id, coalesce(due_at, 'infinity'::timestamptz), id)
    WHERE ended_at IS NULL AND warning <> 'fine'
      AND filed_office_id <> ALL (ARRAY[coalesce(holder_office_id, 0), coalesce(competent_office_id, 0), coalesce(supervising_office_id, 0)]);
