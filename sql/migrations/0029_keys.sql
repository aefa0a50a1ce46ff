-- Keys that seal personal data: which are in use, so that one that still opens something cannot be taken away.
CREATE TABLE seal_key (
    id       integer PRIMARY KEY,
    added_at timestamptz NOT NULL
);
COMMENT ON TABLE seal_key IS 'Ids (never keys) of the ring of the daemons on this database. What is sealed refers to its key: a key goes only when nothing does.';
CREATE TABLE seal_key_retired (
    id         integer PRIMARY KEY,
    retired_at timestamptz NOT NULL
);
COMMENT ON TABLE seal_key_retired IS 'Keys that were taken away: no daemon may seal with one again.';

ALTER TABLE paper ADD COLUMN key_id integer GENERATED ALWAYS AS
    ((get_byte(data, 0) << 24) | (get_byte(data, 1) << 16) | (get_byte(data, 2) << 8) | get_byte(data, 3)) STORED;
COMMENT ON COLUMN paper.key_id IS 'Of the key that sealed the data: its first four bytes (engine/base/seal.h).';
INSERT INTO seal_key (id, added_at)
SELECT id, '-infinity' FROM (SELECT key_id FROM person_version UNION SELECT key_id FROM paper) AS used (id) WHERE id IS NOT NULL;
ALTER TABLE person_version ADD CONSTRAINT person_key_is_known FOREIGN KEY (key_id) REFERENCES seal_key;
ALTER TABLE paper ADD CONSTRAINT paper_key_is_known FOREIGN KEY (key_id) REFERENCES seal_key;
ALTER TABLE second_factor ADD COLUMN key_id integer GENERATED ALWAYS AS
    ((get_byte(secret, 0) << 24) | (get_byte(secret, 1) << 16) | (get_byte(secret, 2) << 8) | get_byte(secret, 3)) STORED;
INSERT INTO seal_key (id, added_at) SELECT DISTINCT key_id, '-infinity'::timestamptz FROM second_factor ON CONFLICT DO NOTHING;
ALTER TABLE second_factor ADD CONSTRAINT second_factor_key_is_known FOREIGN KEY (key_id) REFERENCES seal_key;
-- What an old key still seals is read in this order, a key at a time.
CREATE INDEX person_version_key ON person_version (key_id, person_id, version);
CREATE INDEX paper_key ON paper (key_id, dossier_id);

-- Daemons from before this know one key alone and would seal with one that was retired.
UPDATE setting SET daemon_min = 29;
