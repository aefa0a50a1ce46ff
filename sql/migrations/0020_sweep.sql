-- The sweep as a job: figures that a kill neither loses nor counts twice, what was done row by row, and dossiers that
-- the engine could not judge.
ALTER TABLE sweep_run
    ADD COLUMN certain integer NOT NULL DEFAULT 0,
    ADD COLUMN escalated integer NOT NULL DEFAULT 0,
    ADD COLUMN failed integer NOT NULL DEFAULT 0,
    ADD COLUMN is_catch_up boolean NOT NULL DEFAULT false,
    ADD COLUMN nights_skipped integer NOT NULL DEFAULT 0,
    ADD COLUMN chunk bigint[] NOT NULL DEFAULT '{}',
    ADD COLUMN cursor_at timestamptz,
    ADD COLUMN cursor_id bigint NOT NULL DEFAULT 0,
    ADD COLUMN work_us bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT sweep_run_by FOREIGN KEY (job_id) REFERENCES job;
CREATE UNIQUE INDEX sweep_run_job ON sweep_run (job_id);
CREATE INDEX sweep_run_as_of ON sweep_run (as_of);
COMMENT ON COLUMN sweep_run.failures IS 'Of runs before migration 0020; now rows of sweep_item.';
COMMENT ON COLUMN sweep_run.is_catch_up IS 'Ordered when a later night had closed already.';
COMMENT ON COLUMN sweep_run.nights_skipped IS 'Nights before this one that were too many to be swept one by one: what they would have found this run found.';
COMMENT ON COLUMN sweep_run.chunk IS 'Dossiers under way, written before the first of them is decided: whoever goes on after a kill reads in their events what was done.';
COMMENT ON COLUMN sweep_run.cursor_at IS 'With cursor_id the last of the chunk, in the order of (next_alarm_at, id).';
COMMENT ON COLUMN sweep_run.work_us IS 'Real time spent, by all daemons that had a part in it.';

CREATE TABLE sweep_item (
    run_id     bigint NOT NULL CONSTRAINT sweep_item_of REFERENCES sweep_run ON DELETE CASCADE,
    dossier_id bigint NOT NULL CONSTRAINT sweep_item_about REFERENCES dossier,
    did        text[] NOT NULL,
    competent_office_id bigint,
    verdict    text NOT NULL,
    at_fault_office_id bigint,
    due_at     timestamptz,
    error      text,
    PRIMARY KEY (run_id, dossier_id)
);
COMMENT ON TABLE sweep_item IS 'What a night did to a dossier: warned, certain, overdue, letter, lapsed, escalated, failed; office, verdict and promise as they stood then. Written with the figures of its chunk.';

CREATE TABLE alarm_failure (
    dossier_id bigint PRIMARY KEY CONSTRAINT alarm_failure_of REFERENCES dossier,
    version    integer NOT NULL,
    first_at   timestamptz NOT NULL,
    retry_at   timestamptz NOT NULL,
    tries      integer NOT NULL,
    error      text NOT NULL
);
COMMENT ON TABLE alarm_failure IS 'Dossiers that the engine could not judge: the minute alarm tries again at retry_at, a night whenever it comes, and at once when somebody acted on it (version). Errors as in job.error.';
