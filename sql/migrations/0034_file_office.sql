-- Offices that work on another system: they report by file, and say for which days their figures are in.
CREATE TABLE file_office (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   bigint NOT NULL CONSTRAINT file_office_of REFERENCES office,
    system      text NOT NULL,
    from_on     date NOT NULL,
    to_on       date,
    source      text NOT NULL,
    reason      text NOT NULL,
    entered_by  bigint NOT NULL,
    known_from  timestamptz NOT NULL,
    known_to    timestamptz NOT NULL DEFAULT 'infinity',
    CONSTRAINT file_office_forward CHECK (to_on IS NULL OR to_on >= from_on),
    CONSTRAINT file_office_known_forward CHECK (known_from <= known_to)
);
COMMENT ON TABLE file_office IS 'An office whose dossiers are handled on another system and come in by file, from which day to which. Replaced, never changed: a row stops being known when the next one is.';
COMMENT ON COLUMN file_office.to_on IS 'Last day; NULL: still so.';
CREATE UNIQUE INDEX file_office_once ON file_office (office_id, from_on) WHERE known_to = 'infinity';

CREATE TABLE report_declaration (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id     bigint NOT NULL CONSTRAINT report_declaration_of REFERENCES office,
    from_on       date NOT NULL,
    to_on         date NOT NULL,
    source        text NOT NULL,
    file_sha256   bytea NOT NULL CONSTRAINT report_declaration_hash_length CHECK (octet_length(file_sha256) = 32),
    dossiers      bigint NOT NULL CONSTRAINT report_declaration_counted CHECK (dossiers >= 0),
    remark        text,
    entered_by    bigint NOT NULL,
    known_from    timestamptz NOT NULL,
    known_to      timestamptz NOT NULL DEFAULT 'infinity',
    withdrawn_by  bigint,
    withdrawal_reason text,
    CONSTRAINT report_declaration_forward CHECK (to_on >= from_on AND to_on - from_on <= 366),
    CONSTRAINT report_declaration_known_forward CHECK (known_from <= known_to),
    CONSTRAINT report_declaration_withdrawn_by_somebody CHECK (num_nonnulls(withdrawn_by, withdrawal_reason) IN (0, 2)
        AND (known_to = 'infinity') = (withdrawn_by IS NULL))
);
COMMENT ON TABLE report_declaration IS 'An office that reports by file said that all its dossiers of these days are in, and from which file. Added and withdrawn, never changed. A day without one is "not reported", never zero.';
CREATE INDEX report_declaration_by_office ON report_declaration (office_id, from_on);

-- Daemons from before this would count offices that did not report as zero.
UPDATE setting SET daemon_min = 34;
