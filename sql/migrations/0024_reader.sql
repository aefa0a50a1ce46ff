-- People with psql see the dossiers of their offices: scopes of reader roles, and row-level security.
CREATE TABLE reader_scope (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reader    text NOT NULL CONSTRAINT reader_scope_name CHECK (reader ~ '^[a-z][a-z0-9_]{0,62}$'),
    office_id bigint CONSTRAINT reader_scope_at REFERENCES office,
    added_at  timestamptz NOT NULL,
    CONSTRAINT reader_scope_once UNIQUE NULLS NOT DISTINCT (reader, office_id)
);
COMMENT ON TABLE reader_scope IS 'Which dossiers a login of the database that belongs to motcua_reader sees: those of the office and of all below it; office NULL: every one. A reader without a row sees none.';
