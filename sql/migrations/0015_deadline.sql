-- The clerk's and the officer's own deadlines (proto/tables/deadlines.def), so that lists of what is due need no look at
-- every open dossier. Caches: derived from the events, the ruleset and the calendar, and rebuilt by `motcua verify`.
CREATE TABLE dossier_deadline (
    dossier_id bigint NOT NULL,
    kind       text NOT NULL CONSTRAINT dossier_deadline_kind_word CHECK (kind ~ '^[a-z_]+$'),
    ordinal    integer NOT NULL DEFAULT 0,
    from_at    timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    due_on     date NOT NULL,
    is_instant boolean NOT NULL,
    office_id  bigint NOT NULL,
    officer_id bigint,
    PRIMARY KEY (dossier_id, kind, ordinal)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
COMMENT ON TABLE dossier_deadline IS 'What must be done by when besides the promise to the applicant; no rows once the dossier has ended.';
COMMENT ON COLUMN dossier_deadline.ordinal IS 'Which opinion, from 1; 0 for the other kinds.';
COMMENT ON COLUMN dossier_deadline.is_instant IS 'Passed once due_at has; otherwise once the day due_on has.';
COMMENT ON COLUMN dossier_deadline.office_id IS 'Who must act; officer_id NULL: nobody is named.';
-- A page of an office, soonest first; what filters a page stands in the index too.
CREATE INDEX dossier_deadline_office ON dossier_deadline (office_id, due_at, dossier_id, kind, ordinal) INCLUDE (due_on, is_instant);

CREATE TYPE apply_deadline AS (
    member integer,
    kind text,                  -- NULL: the rows that stand are taken away first
    ordinal integer,
    from_at timestamptz,
    due_at timestamptz,
    due_on date,
    is_instant boolean,
    office_id bigint,
    officer_id bigint
);

-- What an edit of the rules changes in a dossier without anything happening to it: deadlines_follow().
CREATE TYPE follow_dossier AS (
    id bigint,
    version integer,
    warning text,
    risk_at timestamptz,
    certain_at timestamptz,
    late_at timestamptz,
    next_alarm_at timestamptz
);

ALTER TABLE setting ADD COLUMN deadlines_epoch bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN setting.deadlines_epoch IS 'The epoch up to which every open dossier''s deadlines, warning and alarm rest on the reference data; below epoch: a daemon is about to look at them all.';

-- What the rulesets shipped so far have that differs from the defaults of the core.
INSERT INTO ruleset_parameter (ruleset_id, name, value)
SELECT r.id, p.name, p.value
  FROM ruleset r CROSS JOIN (VALUES ('online_announcement_minutes', '120'), ('forward_elsewhere', '1wd')) p (name, value)
 WHERE r.key IN ('R2', 'R3', 'R4')
ON CONFLICT DO NOTHING;
