-- retention_delete(what, before, limit) -> how many rows went: 'reads' of the log of reads, 'security_events'
-- The owner's: the application may not delete such rows itself, and nobody those of the last twelve months. The one function that asks
-- what time it is: an instant that is handed in could be any.
CREATE OR REPLACE FUNCTION retention_delete(p_what text, p_before timestamptz, p_limit integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
    IF p_before > clock_timestamp() - interval '12 months' OR p_limit NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION 'the last twelve months are kept' USING ERRCODE = 'VD012';
    END IF;
    IF p_what = 'reads' THEN -- by their place, which nothing moves: no row of this log is ever changed
        DELETE FROM read_log WHERE ctid = ANY (ARRAY(SELECT ctid FROM read_log WHERE at < p_before LIMIT p_limit));
    ELSIF p_what = 'security_events' THEN
        DELETE FROM security_event WHERE id IN (SELECT id FROM security_event WHERE at < p_before ORDER BY id LIMIT p_limit);
    END IF;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
