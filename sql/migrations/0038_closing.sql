-- Closing a period: what a leader accepted, what was frozen, what was opened again. Rows are added and never changed.
CREATE TABLE closing (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   bigint NOT NULL CONSTRAINT closing_office REFERENCES office,
    from_on     date NOT NULL,
    to_on       date NOT NULL,
    prepared_by bigint NOT NULL,
    prepared_at timestamptz NOT NULL,
    CONSTRAINT closing_forward CHECK (to_on >= from_on),
    CONSTRAINT closing_once UNIQUE (office_id, from_on, to_on)
);
COMMENT ON TABLE closing IS 'A period whose figures an office closes, for itself and the offices below it. A draft until it has a snapshot; one row for all its versions.';

CREATE TABLE closing_word (
    closing_id bigint NOT NULL CONSTRAINT closing_word_of REFERENCES closing,
    version    integer NOT NULL CONSTRAINT closing_word_version CHECK (version >= 1),
    kind       text NOT NULL CONSTRAINT closing_word_kind CHECK (kind ~ '^[a-z_]+$'),
    key        text NOT NULL,
    reason     text NOT NULL,
    given_by   bigint NOT NULL,
    given_at   timestamptz NOT NULL,
    PRIMARY KEY (closing_id, version, kind, key)
);
COMMENT ON TABLE closing_word IS 'The word of a leader on each thing that stands in the way of closing a version: it is accepted, and why.';

CREATE TABLE closing_snapshot (
    closing_id      bigint NOT NULL CONSTRAINT closing_snapshot_of REFERENCES closing,
    version         integer NOT NULL CONSTRAINT closing_snapshot_version CHECK (version >= 1),
    office_id       bigint NOT NULL,
    ordinal         integer NOT NULL CONSTRAINT closing_snapshot_ordinal CHECK (ordinal >= 1),
    as_of           timestamptz NOT NULL,
    known_at        timestamptz NOT NULL,
    content         text NOT NULL,
    sha256          bytea NOT NULL CONSTRAINT closing_snapshot_sha256 CHECK (sha256 = sha256(convert_to(content, 'UTF8'))),
    previous_sha256 bytea CONSTRAINT closing_snapshot_previous CHECK (octet_length(previous_sha256) = 32),
    document        bytea NOT NULL CONSTRAINT closing_snapshot_document REFERENCES blob,
    signed_by       text,
    signed_serial   text,
    signed_at       timestamptz,
    closed_by       bigint NOT NULL,
    closed_at       timestamptz NOT NULL,
    PRIMARY KEY (closing_id, version),
    CONSTRAINT closing_snapshot_chain UNIQUE (office_id, ordinal),
    CONSTRAINT closing_snapshot_chained CHECK ((ordinal = 1) = (previous_sha256 IS NULL)),
    CONSTRAINT closing_snapshot_signed CHECK (num_nonnulls(signed_by, signed_serial, signed_at) IN (0, 3)),
    CONSTRAINT closing_snapshot_knows CHECK (known_at >= as_of)
);
COMMENT ON TABLE closing_snapshot IS 'The figures of a period as they were closed: the canonical text, its hash, chained to the snapshot that the office made before.';
COMMENT ON COLUMN closing_snapshot.ordinal IS 'Of all snapshots of the office, from 1.';
COMMENT ON COLUMN closing_snapshot.content IS 'JSON in Vietnamese: the forms as the API told them, and what a leader accepted (docs/statistics.md).';
COMMENT ON COLUMN closing_snapshot.document IS 'Form II.06a as PDF, in blob; signed_* say whose certificate signed it.';
COMMENT ON COLUMN closing_snapshot.signed_at IS 'On the real clock, as certificates live.';

CREATE TABLE closing_reopening (
    closing_id  bigint NOT NULL,
    version     integer NOT NULL,
    reason      text NOT NULL,
    reopened_by bigint NOT NULL,
    reopened_at timestamptz NOT NULL,
    PRIMARY KEY (closing_id, version),
    CONSTRAINT closing_reopening_of FOREIGN KEY (closing_id, version) REFERENCES closing_snapshot
);
COMMENT ON TABLE closing_reopening IS 'A version that was opened again, by whom and why; it stays readable, the next one has the next number.';

CREATE FUNCTION closing_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is history and cannot change', TG_TABLE_NAME USING ERRCODE = 'VD008', CONSTRAINT = 'closing_stands';
END $$;
DO $$
DECLARE v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['closing', 'closing_word', 'closing_snapshot', 'closing_reopening'] LOOP
        EXECUTE format('CREATE TRIGGER %1$I_stands BEFORE UPDATE OR DELETE ON %1$I FOR EACH ROW EXECUTE FUNCTION closing_refuse_rewriting()', v_table);
        EXECUTE format('CREATE TRIGGER %1$I_stays BEFORE TRUNCATE ON %1$I FOR EACH STATEMENT EXECUTE FUNCTION closing_refuse_rewriting()', v_table);
    END LOOP;
END $$;
