-- Chasing slips (phiếu đôn đốc): which office was asked to settle its late dossiers, by what paper, and what it answered.
CREATE TABLE chasing_slip (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office_id   bigint NOT NULL CONSTRAINT chasing_slip_to REFERENCES office,
    issuer_id   bigint NOT NULL CONSTRAINT chasing_slip_from REFERENCES office,
    from_on     date NOT NULL,
    to_on       date NOT NULL,
    as_of       timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    late_done   integer NOT NULL CONSTRAINT chasing_slip_done_not_negative CHECK (late_done >= 0),
    late_open   integer NOT NULL CONSTRAINT chasing_slip_open_not_negative CHECK (late_open >= 0),
    answer_by   date NOT NULL,
    register_year   integer NOT NULL,
    register_symbol text NOT NULL,
    number      bigint CONSTRAINT chasing_slip_number_positive CHECK (number > 0),
    signer_id   bigint NOT NULL CONSTRAINT chasing_slip_signer REFERENCES officer,
    data        text NOT NULL,
    issued_by   bigint NOT NULL,
    issued_at   timestamptz NOT NULL,
    sha256      bytea CONSTRAINT chasing_slip_bytes REFERENCES blob,
    answered_on date,
    answer      text CONSTRAINT chasing_slip_answer_length CHECK (length(answer) <= 4000),
    answered_by bigint,
    answer_recorded_at timestamptz,
    CONSTRAINT chasing_slip_once UNIQUE (office_id, from_on, to_on),
    CONSTRAINT chasing_slip_period CHECK (from_on <= to_on),
    CONSTRAINT chasing_slip_answer_whole CHECK (num_nonnulls(answered_on, answer, answered_by, answer_recorded_at) IN (0, 4))
);
COMMENT ON TABLE chasing_slip IS 'One for an office and a period: the figures it rests on, its number, what was printed, and the answer.';
COMMENT ON COLUMN chasing_slip.data IS 'What is drawn, without the number; it names dossiers and officers, no applicant.';
COMMENT ON COLUMN chasing_slip.number IS 'NULL: its register is kept outside.';
COMMENT ON COLUMN chasing_slip.sha256 IS 'The paper as it was printed first; NULL until somebody does.';
CREATE INDEX chasing_slip_newest ON chasing_slip (id DESC, office_id);

ALTER TABLE register_entry
    ADD COLUMN slip_id bigint CONSTRAINT register_entry_slip REFERENCES chasing_slip CONSTRAINT register_slip_once UNIQUE,
    DROP CONSTRAINT register_entry_of_one,
    ADD CONSTRAINT register_entry_of_one CHECK (num_nonnulls(letter_id, slip_id) <= 1 AND
        num_nonnulls(dossier_id, kind, ordinal) = CASE WHEN num_nonnulls(letter_id, slip_id) = 0 THEN 3 ELSE 0 END);
COMMENT ON COLUMN register_entry.slip_id IS 'Of a chasing slip.';
