-- objective_job(before, after, change, officer, at) -> the job that finds again what an edit of an interval concerns
-- Concerned is whoever the interval spoke of before or speaks of now: the longer of the two times, and the scope as it was
-- (an edit only narrows it).
CREATE OR REPLACE FUNCTION objective_job(p_before objective_interval, p_after objective_interval, p_change bigint, p_actor bigint,
    p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_to timestamptz;
BEGIN
    IF p_before.to_at IS NOT NULL AND p_after.to_at IS NOT NULL THEN
        v_to := greatest(p_before.to_at, p_after.to_at);
    END IF;
    RETURN (SELECT j.id FROM job_add('objective_apply', 'change-' || p_change, jsonb_strip_nulls(jsonb_build_object(
        'interval', p_after.id, 'change', p_change,
        'from', to_char(p_before.from_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'to', to_char(v_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'procedures', to_jsonb(nullif(p_before.procedures, '{}')), 'dossier_id', p_before.dossier_id))::text, p_actor, p_at) j);
END $$;
