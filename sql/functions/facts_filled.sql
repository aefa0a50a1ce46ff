-- facts_filled(version): every row of dossier_fact is as programs from this version on make it. For the owner alone.
-- Errors: none of its own.
CREATE OR REPLACE FUNCTION facts_filled(p_version integer) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE setting SET facts_version = p_version;
    DROP INDEX IF EXISTS fact_stale;
END $$;
