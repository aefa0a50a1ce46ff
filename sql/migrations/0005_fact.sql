-- What reports are made of: bitemporal facts, and counters of the present.
CREATE TABLE dossier_fact (
    dossier_id          bigint NOT NULL,
    valid_from          timestamptz NOT NULL,
    valid_to            timestamptz NOT NULL DEFAULT 'infinity',
    valid_to_known_at   timestamptz NOT NULL DEFAULT '-infinity',
    known_from          timestamptz NOT NULL,
    known_to            timestamptz NOT NULL DEFAULT 'infinity',
    filed_office_id     bigint,
    office_id           bigint,
    field_id            bigint,
    procedure_id        bigint,
    channel             smallint,
    received_at         timestamptz NOT NULL,
    received_on         date NOT NULL,
    due_at              timestamptz,
    due_on              date,
    due_is_instant      boolean NOT NULL,
    ended_at            timestamptz,
    ended_on            date,
    outcome             text NOT NULL,
    judgement           text NOT NULL,
    is_waiting          boolean NOT NULL,
    was_overdue_before_wait boolean NOT NULL,
    verdict             text NOT NULL,
    at_fault_office_id  bigint,
    letter_timing       text NOT NULL,
    is_letter_owed      boolean NOT NULL,
    CONSTRAINT fact_valid_forward CHECK (valid_from < valid_to),
    CONSTRAINT fact_known_forward CHECK (known_from <= known_to)
);
COMMENT ON TABLE dossier_fact IS 'Whatever reports need of a dossier, true from valid_from to valid_to. The state at S as known at K is: valid_from <= S AND known_from <= K AND K < known_to AND (S < valid_to OR K < valid_to_known_at).';
COMMENT ON COLUMN dossier_fact.valid_to_known_at IS 'When the end of an open row became known; -infinity where it was known from the start.';
CREATE UNIQUE INDEX fact_one_live ON dossier_fact (dossier_id, valid_from) WHERE known_to = 'infinity';
CREATE INDEX fact_ended ON dossier_fact (ended_on) WHERE ended_on IS NOT NULL;
CREATE INDEX fact_open ON dossier_fact (valid_to) WHERE ended_on IS NULL;

-- What was once known stays known: a row is closed or retracted once, and nothing else about it changes.
CREATE FUNCTION fact_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a fact of dossier % is history and cannot change', OLD.dossier_id
        USING ERRCODE = 'VD001', CONSTRAINT = 'fact_history_stands';
END $$;
CREATE TRIGGER fact_history_stands BEFORE UPDATE ON dossier_fact FOR EACH ROW
    WHEN (OLD.known_to <> 'infinity' OR (OLD.valid_to <> 'infinity' AND NEW.valid_to <> OLD.valid_to))
    EXECUTE FUNCTION fact_refuse_rewriting();

CREATE TABLE counter_day (
    day             date NOT NULL,
    office_id       bigint NOT NULL,
    field_id        bigint NOT NULL,
    writer          smallint NOT NULL,
    received_online integer NOT NULL DEFAULT 0,
    received_other  integer NOT NULL DEFAULT 0,
    early           integer NOT NULL DEFAULT 0,
    on_time         integer NOT NULL DEFAULT 0,
    late            integer NOT NULL DEFAULT 0,
    overdue         integer NOT NULL DEFAULT 0,
    PRIMARY KEY (day, office_id, field_id, writer)
) WITH (fillfactor = 70);
COMMENT ON TABLE counter_day IS 'Signed deltas by day, office and field; a bucket per writer connection, so that two writers do not wait for one row. overdue: +1 the day after due, -1 the day it ends.';
