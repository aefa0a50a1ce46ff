-- Every edit of reference data (calendars, rulesets, procedures, offices) is an event of its own, chained like those
-- of dossiers: who changed what, on whose decision, from which day.
CREATE TABLE reference_change (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL CONSTRAINT reference_change_kind_known CHECK (kind IN ('calendar', 'ruleset', 'procedure', 'office')),
    key          text NOT NULL,
    action       text NOT NULL CONSTRAINT reference_change_action_word CHECK (action ~ '^[a-z_]+$'),
    effective_on date NOT NULL,
    actor_id     bigint NOT NULL,
    source       text NOT NULL,
    reason       text NOT NULL,
    before       text NOT NULL,
    after        text NOT NULL,
    recorded_at  timestamptz NOT NULL,
    hash         bytea NOT NULL CONSTRAINT reference_change_hash_length CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE reference_change IS 'Edits of reference data, in order, never changed: what stood before, what stands after, the author and the decision it rests on.';
COMMENT ON COLUMN reference_change.action IS 'add, remove, replace, confirm, publish, new_version, end, succeed, ...';
COMMENT ON COLUMN reference_change.effective_on IS 'First day that the edit speaks of.';
COMMENT ON COLUMN reference_change.hash IS 'sha256(hash of the row before || the canonical text of this one), the first on 32 zero bytes.';
CREATE INDEX reference_change_of ON reference_change (kind, key, id);

CREATE FUNCTION reference_change_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'change % of reference data is history and cannot change', OLD.id
        USING ERRCODE = 'VD003', CONSTRAINT = 'reference_change_stands';
END $$;
CREATE TRIGGER reference_change_stands BEFORE UPDATE OR DELETE ON reference_change FOR EACH ROW
    EXECUTE FUNCTION reference_change_refuse_rewriting();
