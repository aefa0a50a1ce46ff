-- Blank slips: receipts printed in advance, with their code and a secret, for the hours without power or line. What is written on one
-- by hand is typed in later, and the dossier takes the slip's code and the id that was kept for it (law:blank-slip).
CREATE TABLE blank_slip_batch (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   bigint NOT NULL CONSTRAINT blank_slip_batch_office REFERENCES office,
    ordered_by  bigint NOT NULL,
    ordered_at  timestamptz NOT NULL,
    request_key text,
    prints      integer NOT NULL DEFAULT 0 CONSTRAINT blank_slip_prints_not_negative CHECK (prints >= 0),
    printed_at  timestamptz,
    CONSTRAINT blank_slip_batch_once UNIQUE (ordered_by, request_key)
);
COMMENT ON TABLE blank_slip_batch IS 'Blank slips that were ordered and printed together. prints: how often; from the second time on the paper says so.';

CREATE TABLE blank_slip (
    code        text PRIMARY KEY CONSTRAINT blank_slip_code_length CHECK (length(code) BETWEEN 1 AND 63),
    batch_id    bigint NOT NULL CONSTRAINT blank_slip_of REFERENCES blank_slip_batch,
    ordinal     integer NOT NULL CONSTRAINT blank_slip_from_one CHECK (ordinal >= 1),
    office_id   bigint NOT NULL CONSTRAINT blank_slip_office REFERENCES office,
    dossier_id  bigint NOT NULL CONSTRAINT blank_slip_dossier UNIQUE,
    voided_at   timestamptz,
    voided_by   bigint,
    void_reason text CONSTRAINT blank_slip_reason_length CHECK (length(void_reason) BETWEEN 1 AND 2000),
    CONSTRAINT blank_slip_place UNIQUE (batch_id, ordinal),
    CONSTRAINT blank_slip_void_whole CHECK (num_nonnulls(voided_at, voided_by, void_reason) IN (0, 3))
);
COMMENT ON TABLE blank_slip IS 'One code printed in advance. Used once the dossier of its id exists; never used again once void.';
COMMENT ON COLUMN blank_slip.dossier_id IS 'Kept for the dossier that will be typed in: the secret on the slip comes from it.';
CREATE INDEX blank_slip_office_code ON blank_slip (office_id, code);

-- A receipt that is printed again says so. The file is not kept: it is the paper with a mark in its foot.
CREATE TABLE paper_reprint (
    dossier_id bigint NOT NULL,
    kind       text NOT NULL,
    number     integer NOT NULL,
    version    integer NOT NULL,
    ordinal    integer NOT NULL CONSTRAINT paper_reprint_from_two CHECK (ordinal >= 2),
    sha256     bytea NOT NULL CONSTRAINT paper_reprint_sha256_length CHECK (octet_length(sha256) = 32),
    officer_id bigint NOT NULL,
    printed_at timestamptz NOT NULL,
    PRIMARY KEY (dossier_id, kind, number, version, ordinal),
    CONSTRAINT paper_reprint_of FOREIGN KEY (dossier_id, kind, number, version) REFERENCES paper
);
COMMENT ON TABLE paper_reprint IS 'The second print of a paper and those after it: who, when, and the hash by which anybody can check it. The paper itself counts as the first.';
CREATE INDEX paper_reprint_sha256 ON paper_reprint (sha256);

-- Older daemons refuse events that tell of a slip.
UPDATE setting SET daemon_min = 48;
