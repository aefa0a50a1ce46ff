-- The national portal's figures, as its files gave them: to be held against ours, never to be counted.
CREATE TABLE portal_file (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CONSTRAINT portal_file_kind_known CHECK (kind IN ('dossiers', 'figures')),
    office_id   bigint CONSTRAINT portal_file_of REFERENCES office,
    from_on     date NOT NULL,
    to_on       date NOT NULL,
    name        text NOT NULL,
    sha256      bytea NOT NULL CONSTRAINT portal_file_hash_length CHECK (octet_length(sha256) = 32),
    n_rows      integer NOT NULL CONSTRAINT portal_file_has_rows CHECK (n_rows > 0),
    entered_by  bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT portal_file_forward CHECK (to_on >= from_on)
);
COMMENT ON TABLE portal_file IS 'A file of the portal''s figures of a period: the newest of a kind, period and office is the one compared. Never changed.';
COMMENT ON COLUMN portal_file.office_id IS 'It speaks of this office and those below it; NULL: of all.';
CREATE INDEX portal_file_by_period ON portal_file (from_on, to_on, id);

CREATE TABLE portal_dossier (
    file_id     bigint NOT NULL CONSTRAINT portal_dossier_of REFERENCES portal_file,
    line        integer NOT NULL,
    code        text NOT NULL,
    received_at timestamptz NOT NULL,
    due_at      timestamptz,
    ended_at    timestamptz,
    status      smallint,
    days        smallint NOT NULL,
    PRIMARY KEY (file_id, line)
);
COMMENT ON TABLE portal_dossier IS 'A dossier as the portal has it.';
COMMENT ON COLUMN portal_dossier.days IS 'Which of the three are days without an hour: 1 received, 2 due, 4 ended, added up.';

CREATE TABLE portal_figure (
    file_id     bigint NOT NULL CONSTRAINT portal_figure_of REFERENCES portal_file,
    line        integer NOT NULL,
    criterion   text NOT NULL,
    numerator   bigint,
    denominator bigint,
    ratio       bigint,
    score       bigint,
    max_score   bigint,
    PRIMARY KEY (file_id, line)
);
COMMENT ON TABLE portal_figure IS 'A criterion of index 766 as the portal has it; NULL is not 0. Ratio in hundredths of a percent, points in hundredths.';
