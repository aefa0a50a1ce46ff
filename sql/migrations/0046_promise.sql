-- Facts know the first promise and the re-appointed one besides the promise in force, so that lateness by either can be asked as of any
-- moment and as known at any other (docs/statistics.md).
ALTER TABLE dossier_fact
    ADD COLUMN due_original_at timestamptz,
    ADD COLUMN due_original_on date,
    ADD COLUMN due_original_is_instant boolean NOT NULL DEFAULT false,
    ADD COLUMN due_reappointed_at timestamptz,
    ADD COLUMN due_reappointed_on date;
COMMENT ON COLUMN dossier_fact.due_original_at IS 'The first promise, as printed on the receipt; whatever was promised since is in due_at.';
COMMENT ON COLUMN dossier_fact.due_reappointed_at IS 'The new date given with the letter about the delay, or with the notice in its place. Cures nothing.';
ALTER TYPE apply_fact
    ADD ATTRIBUTE due_original_at timestamptz,
    ADD ATTRIBUTE due_original_on date,
    ADD ATTRIBUTE due_original_is_instant boolean,
    ADD ATTRIBUTE due_reappointed_at timestamptz,
    ADD ATTRIBUTE due_reappointed_on date;

-- Rows from before this are made again from the events, by `motcuad migrate` (engine/daemon/fact_fill.h): no daemon starts before that.
ALTER TABLE setting ADD COLUMN facts_version integer NOT NULL DEFAULT 46;
COMMENT ON COLUMN setting.facts_version IS 'As of which version of the schema the rows of dossier_fact are made; less than the program needs while motcuad migrate makes them again.';
DO $$
BEGIN
    IF EXISTS (SELECT FROM dossier_fact) THEN
        UPDATE setting SET facts_version = 0;
        CREATE INDEX fact_stale ON dossier_fact (dossier_id) WHERE due_on IS NOT NULL AND due_original_on IS NULL;
    END IF;
END $$;
UPDATE setting SET daemon_min = 46;
