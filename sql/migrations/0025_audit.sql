-- The roots of days: one row for each day since the first event, over every event and edit that was recorded in it
-- (docs/audit.md). Once a day is closed nothing can be recorded in it any more.
CREATE TABLE audit_root (
    day       date PRIMARY KEY,
    until_at  timestamptz NOT NULL,
    record    text NOT NULL CONSTRAINT audit_root_record_length CHECK (octet_length(record) BETWEEN 1 AND 1024),
    hash      bytea NOT NULL CONSTRAINT audit_root_hash_of_record CHECK (hash = sha256(convert_to(record, 'UTF8'))),
    signature bytea CONSTRAINT audit_root_signature_length CHECK (octet_length(signature) = 64),
    key_id    text CONSTRAINT audit_root_key_form CHECK (key_id ~ '^[0-9a-f]{16}$'),
    made_at   timestamptz NOT NULL,
    CONSTRAINT audit_root_signed_by_a_key CHECK ((signature IS NULL) = (key_id IS NULL))
);
COMMENT ON TABLE audit_root IS 'The root of each day, chained to the day before. Nobody changes a row.';
COMMENT ON COLUMN audit_root.until_at IS 'End of the day: midnight at the office.';
COMMENT ON COLUMN audit_root.record IS 'Canonical text: day, instants, counts, Merkle root, hash of the record before.';
COMMENT ON COLUMN audit_root.signature IS 'Ed25519 of the record; NULL where the installation had no audit_key.';
COMMENT ON COLUMN audit_root.made_at IS 'On the real clock.';

CREATE TABLE audit_closing (
    is_the_one boolean PRIMARY KEY DEFAULT true CONSTRAINT audit_closing_one_row CHECK (is_the_one),
    until_at   timestamptz NOT NULL DEFAULT '-infinity'
);
COMMENT ON TABLE audit_closing IS 'One row: up to where days are closed. It only goes forward (audit_close).';
INSERT INTO audit_closing DEFAULT VALUES;

CREATE FUNCTION audit_root_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the root of a day is history and cannot change' USING ERRCODE = 'VD006', CONSTRAINT = 'audit_root_stands';
END $$;
CREATE TRIGGER audit_root_stands BEFORE UPDATE OR DELETE ON audit_root FOR EACH ROW EXECUTE FUNCTION audit_root_refuse_rewriting();
CREATE TRIGGER audit_root_stays BEFORE TRUNCATE ON audit_root FOR EACH STATEMENT EXECUTE FUNCTION audit_root_refuse_rewriting();

-- A root follows the one of the day before, and its day is closed.
CREATE FUNCTION audit_root_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE r audit_root;
BEGIN
    SELECT * INTO r FROM audit_root ORDER BY day DESC LIMIT 1;
    IF FOUND AND (NEW.day <> r.day + 1 OR NEW.record NOT LIKE '%' || E'\nprevious ' || encode(r.hash, 'hex') || E'\n') THEN
        RAISE EXCEPTION 'the root of % does not follow the one of %', NEW.day, r.day
            USING ERRCODE = 'VD006', CONSTRAINT = 'audit_root_follows';
    END IF;
    IF NEW.until_at > (SELECT until_at FROM audit_closing) THEN
        RAISE EXCEPTION 'day % is not closed', NEW.day USING ERRCODE = 'VD006', CONSTRAINT = 'audit_root_of_a_closed_day';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_root_follows BEFORE INSERT ON audit_root FOR EACH ROW EXECUTE FUNCTION audit_root_follow();

-- Whoever writes takes the lock that audit_close() waits for, before anything is numbered or stamped. What holds for the
-- application holds for the owner too: an event that was recorded on a closed day came too late.
CREATE FUNCTION audit_open_hold() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7401, 2);
    RETURN NULL;
END $$;
CREATE FUNCTION audit_closed_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_until timestamptz := (SELECT until_at FROM audit_closing);
BEGIN
    IF EXISTS (SELECT FROM added WHERE recorded_at < v_until) THEN
        RAISE EXCEPTION 'days until % are closed', v_until USING ERRCODE = 'VD007', CONSTRAINT = 'event_on_an_open_day';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER event_holds_the_day BEFORE INSERT ON event FOR EACH STATEMENT EXECUTE FUNCTION audit_open_hold();
CREATE TRIGGER event_on_an_open_day AFTER INSERT ON event REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION audit_closed_refuse();
CREATE TRIGGER reference_change_holds_the_day BEFORE INSERT ON reference_change FOR EACH STATEMENT
    EXECUTE FUNCTION audit_open_hold();

-- A day is read by its time, whatever is stored beside it: events are written in the order in which they are recorded.
CREATE INDEX event_recorded ON event USING brin (recorded_at) WITH (pages_per_range = 32, autosummarize = on);
