-- How long personal data are kept: rules, off until an administrator turns them on.
CREATE TABLE retention_rule (
    what        text PRIMARY KEY CONSTRAINT retention_rule_known CHECK (what IN ('persons', 'reads', 'security_events', 'messages')),
    keep_months integer NOT NULL CONSTRAINT retention_rule_months CHECK (keep_months BETWEEN 12 AND 1200),
    is_active   boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE retention_rule IS 'How many months after its end something is kept. Nothing goes while a rule is not active. Edits are logged in reference_change.';
-- Defaults of ours, for somebody to decide upon: no source gives the periods (docs/operations.md).
INSERT INTO retention_rule (what, keep_months) VALUES ('persons', 120), ('reads', 60), ('security_events', 36), ('messages', 36);

-- Data that were forgotten are empty, and no key seals them.
ALTER TABLE paper DROP COLUMN key_id;
ALTER TABLE paper ADD COLUMN key_id integer GENERATED ALWAYS AS (CASE WHEN octet_length(data) >= 4 THEN
    (get_byte(data, 0) << 24) | (get_byte(data, 1) << 16) | (get_byte(data, 2) << 8) | get_byte(data, 3) END) STORED;
ALTER TABLE paper ADD CONSTRAINT paper_key_is_known FOREIGN KEY (key_id) REFERENCES seal_key;
CREATE INDEX paper_key ON paper (key_id, dossier_id);
COMMENT ON COLUMN paper.key_id IS 'Of the key that sealed the data: its first four bytes (engine/base/seal.h).';
CREATE INDEX person_version_kept ON person_version (person_id) WHERE forgotten_at IS NULL;

-- Whoever is forgotten at the moment a new dossier names him is entered anew: the dossier is refused once.
CREATE FUNCTION dossier_person_not_forgotten() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM person_version v WHERE v.person_id = NEW.person_id AND v.version = NEW.version AND v.forgotten_at IS NULL FOR KEY SHARE;
    IF NOT FOUND AND EXISTS (SELECT FROM person_version v WHERE v.person_id = NEW.person_id AND v.version = NEW.version) THEN
        RAISE EXCEPTION 'person % was forgotten', NEW.person_id USING ERRCODE = 'VD011';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dossier_person_not_forgotten BEFORE INSERT ON dossier_person
    FOR EACH ROW EXECUTE FUNCTION dossier_person_not_forgotten();
