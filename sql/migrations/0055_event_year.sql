-- Old years: the events of dossiers filed in a year can be taken off the table that everybody writes to, and put back (docs/operations.md).
CREATE SCHEMA archive;
COMMENT ON SCHEMA archive IS 'Events of years that were detached, a table each as it was a partition of event; nobody but the owner reaches them by themselves.';

CREATE TABLE event_year (
    year         integer PRIMARY KEY CONSTRAINT event_year_range CHECK (year BETWEEN 1900 AND 2200),
    state        text NOT NULL DEFAULT 'closing' CONSTRAINT event_year_state_known CHECK (state IN ('closing', 'detached')),
    actor_id     bigint NOT NULL,
    source       text NOT NULL,
    reason       text NOT NULL,
    ended_before date NOT NULL,
    begun_at     timestamptz NOT NULL,
    detached_at  timestamptz,
    n_dossiers   bigint,
    n_events     bigint,
    sum          bytea CONSTRAINT event_year_sum_length CHECK (octet_length(sum) = 32),
    CONSTRAINT event_year_detached_is_counted CHECK ((state = 'detached') = (detached_at IS NOT NULL AND n_dossiers IS NOT NULL AND n_events IS NOT NULL AND sum IS NOT NULL))
);
COMMENT ON TABLE event_year IS 'Filing years whose events are detached or about to be: who ordered it and what was counted then. A year that is attached again leaves; every detaching and attaching stays in reference_change.';
COMMENT ON COLUMN event_year.state IS 'closing: nothing more is written to it, and it is being looked through; detached: its events are archive.event_YEAR.';
COMMENT ON COLUMN event_year.ended_before IS 'Every dossier of the year had ended before this day.';
COMMENT ON COLUMN event_year.sum IS 'SHA-256 over the SHA-256 of each 10,000 ids: of id, seq and hash of each event in order (event_year_sum).';

-- Every event, those of detached years included: event_year_view() makes it anew with each of them. For whoever reads what long is past;
-- what is decided on reads event alone.
CREATE VIEW event_ever AS SELECT dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash FROM event;
COMMENT ON VIEW event_ever IS 'Events, with those of detached years.';

CREATE FUNCTION event_year_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'dossiers filed in % are detached, or about to be', NEW.dossier_id / 10000000000
        USING ERRCODE = 'VD009', CONSTRAINT = 'event_year_is_detached';
END $$;
