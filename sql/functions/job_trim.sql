-- job_trim(before, limit) -> how many rows of what ended previews found went: of the oldest previews last touched before that instant, at
-- most so many; a preview that has none left goes itself
-- Runs as the owner, for the application adds to what a job found and takes nothing from it; what changed something stays as the record of it.
CREATE OR REPLACE FUNCTION job_trim(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE v_old bigint[]; n bigint;
BEGIN
    -- Two daemons may look in the same second: what one has, the other leaves alone.
    v_old := ARRAY(SELECT id FROM job WHERE kind LIKE '%\_preview' AND state IN ('done', 'failed', 'cancelled') AND touched_at < p_before
                    ORDER BY id FOR UPDATE SKIP LOCKED);
    DELETE FROM job_item WHERE ctid = ANY (ARRAY(
        SELECT i.ctid FROM job_item i WHERE i.job_id = ANY (v_old) ORDER BY i.job_id, i.ordinal LIMIT p_limit));
    GET DIAGNOSTICS n = ROW_COUNT;
    DELETE FROM job j WHERE j.id = ANY (v_old) AND NOT EXISTS (SELECT FROM job_item i WHERE i.job_id = j.id);
    RETURN n;
END $$;
