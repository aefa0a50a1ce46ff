-- idempotency_trim(before, limit) -> how many keys went: the oldest of those made before that instant, at most so many
-- What somebody writes just now is left alone and waited for by nobody: the next hour takes it.
CREATE OR REPLACE FUNCTION idempotency_trim(p_before timestamptz, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE n bigint;
BEGIN
    DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
        SELECT i.ctid FROM idempotency_key i WHERE i.created_at < p_before ORDER BY i.created_at LIMIT p_limit FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
