-- alarm_failure_note(dossiers, errors, at, retry_at) -> how many
-- The engine could not judge these dossiers, on the version they have now.
CREATE OR REPLACE FUNCTION alarm_failure_note(p_dossiers bigint[], p_errors text[], p_at timestamptz, p_retry_at timestamptz)
RETURNS bigint LANGUAGE sql SET search_path = public, pg_temp AS $$
    WITH noted AS (
        INSERT INTO alarm_failure AS f (dossier_id, version, first_at, retry_at, tries, error)
        SELECT d.id, d.version, p_at, p_retry_at, 1, u.error
          FROM unnest(p_dossiers, p_errors) u (dossier_id, error) JOIN dossier d ON d.id = u.dossier_id
         ORDER BY d.id
        ON CONFLICT (dossier_id) DO UPDATE SET
            first_at = CASE WHEN f.version = excluded.version THEN f.first_at ELSE excluded.first_at END,
            tries = CASE WHEN f.version = excluded.version THEN f.tries + 1 ELSE 1 END,
            version = excluded.version, retry_at = excluded.retry_at, error = excluded.error
        RETURNING 1)
    SELECT count(*) FROM noted
$$;
