-- Letters, the registers that number them, papers.
CREATE TABLE register (
    office_id  bigint NOT NULL CONSTRAINT register_of REFERENCES office,
    year       integer NOT NULL CONSTRAINT register_year_range CHECK (year BETWEEN 1900 AND 2200),
    symbol     text NOT NULL CONSTRAINT register_symbol_length CHECK (length(symbol) BETWEEN 1 AND 60),
    last       bigint NOT NULL DEFAULT 0 CONSTRAINT register_last_not_negative CHECK (last >= 0),
    is_outside boolean NOT NULL DEFAULT false,
    PRIMARY KEY (office_id, year, symbol)
);
COMMENT ON TABLE register IS 'Gapless numbers per office, year and symbol. is_outside: numbers are given by another system and typed in; nothing is promised of them.';

CREATE TABLE letter (
    id                 bigint PRIMARY KEY,
    dossier_id         bigint NOT NULL CONSTRAINT letter_of REFERENCES dossier,
    trigger            text NOT NULL,
    state              text NOT NULL CONSTRAINT letter_state_known CHECK (state IN ('drafted', 'signed', 'numbered', 'issued', 'delivered', 'lapsed', 'cancelled')),
    author_office_id   bigint NOT NULL,
    at_fault_office_id bigint,
    form               text NOT NULL,
    template_version   text NOT NULL DEFAULT '',
    data               text NOT NULL,
    content_hash       bytea CONSTRAINT letter_content_hash_length CHECK (octet_length(content_hash) = 32),
    signer_id          bigint,
    signed_at          timestamptz,
    register_office_id bigint,
    register_year      integer,
    register_symbol    text,
    number             bigint CONSTRAINT letter_number_positive CHECK (number > 0),
    numbered_at        timestamptz,
    issued_at          timestamptz,
    latest_at          timestamptz,
    timing             text NOT NULL DEFAULT 'none',
    blob_sha256        bytea CONSTRAINT letter_blob_length CHECK (octet_length(blob_sha256) = 32),
    public_token       text CONSTRAINT letter_public_token_once UNIQUE,
    is_after_due       boolean NOT NULL DEFAULT false,
    reappointed_at     timestamptz,
    recorded_at        timestamptz NOT NULL,
    CONSTRAINT letter_numbered_has_register CHECK (number IS NULL OR
        (register_office_id IS NOT NULL AND register_year IS NOT NULL AND register_symbol IS NOT NULL AND content_hash IS NOT NULL)),
    CONSTRAINT letter_final_has_number CHECK (state NOT IN ('numbered', 'issued', 'delivered') OR number IS NOT NULL)
);
COMMENT ON TABLE letter IS 'A letter owed to an applicant. Once numbered its data, number and hash never change (trigger letter_final_stands); a mistake is cancelled by another document.';
COMMENT ON COLUMN letter.data IS 'The frozen values as the canonical JSON text whose SHA-256 was approved; never parsed by the database.';
CREATE UNIQUE INDEX letter_one_live ON letter (dossier_id, trigger) WHERE state NOT IN ('lapsed', 'cancelled');
CREATE INDEX letter_waiting ON letter (author_office_id, state, id) WHERE state IN ('drafted', 'signed', 'numbered');
CREATE INDEX letter_dossier ON letter (dossier_id);

CREATE FUNCTION letter_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'letter % is numbered and cannot change', OLD.id
        USING ERRCODE = 'VD002', CONSTRAINT = 'letter_final_stands';
END $$;
CREATE TRIGGER letter_final_stands BEFORE UPDATE ON letter FOR EACH ROW
    WHEN (OLD.number IS NOT NULL AND (
        (NEW.number, NEW.register_office_id, NEW.register_year, NEW.register_symbol, NEW.data, NEW.content_hash,
         NEW.dossier_id, NEW.trigger, NEW.author_office_id, NEW.form, NEW.template_version, NEW.numbered_at)
        IS DISTINCT FROM
        (OLD.number, OLD.register_office_id, OLD.register_year, OLD.register_symbol, OLD.data, OLD.content_hash,
         OLD.dossier_id, OLD.trigger, OLD.author_office_id, OLD.form, OLD.template_version, OLD.numbered_at)
        OR (OLD.blob_sha256 IS NOT NULL AND NEW.blob_sha256 IS DISTINCT FROM OLD.blob_sha256)
        OR NEW.state IN ('drafted', 'signed', 'lapsed')))
    EXECUTE FUNCTION letter_refuse_rewriting();

CREATE TABLE letter_addressee (
    letter_id      bigint NOT NULL CONSTRAINT letter_addressee_of REFERENCES letter,
    ordinal        integer NOT NULL,
    person_id      bigint NOT NULL,
    person_version integer NOT NULL,
    delivery       text NOT NULL DEFAULT 'counter' CONSTRAINT letter_delivery_known CHECK (delivery IN ('counter', 'post', 'email', 'hook')),
    state          text NOT NULL DEFAULT 'waiting' CONSTRAINT letter_addressee_state_known CHECK (state IN ('waiting', 'sent', 'delivered', 'failed', 'unknown')),
    changed_at     timestamptz NOT NULL,
    proof          text NOT NULL DEFAULT '',
    PRIMARY KEY (letter_id, ordinal)
);
COMMENT ON TABLE letter_addressee IS 'Who gets a letter, and what became of it on the way.';

CREATE TABLE register_entry (
    office_id  bigint NOT NULL,
    year       integer NOT NULL,
    symbol     text NOT NULL,
    number     bigint NOT NULL,
    letter_id  bigint NOT NULL,
    entered_at timestamptz NOT NULL,
    voided_at  timestamptz,
    void_reason text,
    PRIMARY KEY (office_id, year, symbol, number),
    CONSTRAINT register_entry_in FOREIGN KEY (office_id, year, symbol) REFERENCES register,
    CONSTRAINT register_letter_once UNIQUE (letter_id)
);
COMMENT ON TABLE register_entry IS 'One row per number given; what fails after numbering is voided here, never renumbered.';

CREATE TABLE blob (
    sha256     bytea PRIMARY KEY CONSTRAINT blob_sha256_length CHECK (octet_length(sha256) = 32),
    size       bigint NOT NULL CONSTRAINT blob_size_not_negative CHECK (size >= 0),
    type       text NOT NULL,
    is_complete boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE blob IS 'A paper by its content.';
CREATE TABLE blob_chunk (
    sha256  bytea NOT NULL CONSTRAINT blob_chunk_of REFERENCES blob ON DELETE CASCADE,
    ordinal integer NOT NULL CONSTRAINT blob_chunk_from_zero CHECK (ordinal >= 0),
    bytes   bytea NOT NULL CONSTRAINT blob_chunk_size CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (sha256, ordinal)
);
ALTER TABLE blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;
COMMENT ON TABLE blob_chunk IS 'Pieces of 1 MiB, the last one shorter.';
