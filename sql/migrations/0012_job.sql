-- What running jobs needs beyond 0007: progress that people read, a wish to stop, why it failed, and notices.
ALTER TABLE job
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN n_items bigint NOT NULL DEFAULT 0,
    ADD COLUMN cancel_requested_at timestamptz,
    ADD COLUMN cancel_requested_by bigint,
    ADD COLUMN error text,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN touched_at timestamptz;
COMMENT ON COLUMN job.lease_until IS 'Real clock. Running: until then it is somebody''s. Waiting: not before then.';
COMMENT ON COLUMN job.attempts IS 'Times it was begun since it last got on; too many and it fails.';
COMMENT ON COLUMN job.n_items IS 'Rows of job_item, numbered from 1 without a gap.';
COMMENT ON COLUMN job.error IS 'Of a failed job, JSON: code, status, field, value, and the sentence in both languages.';
COMMENT ON COLUMN job.touched_at IS 'Real clock: when it was last claimed, got on or ended.';
CREATE INDEX job_open ON job (id) WHERE state IN ('waiting', 'running');

CREATE TABLE job_item (
    job_id  bigint NOT NULL CONSTRAINT job_item_of REFERENCES job ON DELETE CASCADE,
    ordinal bigint NOT NULL,
    text    text NOT NULL,
    PRIMARY KEY (job_id, ordinal)
);
COMMENT ON TABLE job_item IS 'What a job found or did, a row each for people to read (JSON), written with the cursor that passes it.';
