-- feed_trim(before, keep, limit) -> how many rows of the feed went: the oldest of those recorded before that instant, at most so many
--   keep  so many of the newest stay however old they are: whoever reads the feed is not further behind, though the clock of a
--         demonstration jumps; and the newest of all says what time it was (apply_decisions)
-- A client that was away for longer finds its place gone and reads anew (feed_begin).
CREATE OR REPLACE FUNCTION feed_trim(p_before timestamptz, p_keep integer, p_limit integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE n bigint; v_last bigint;
BEGIN
    -- Ids are given in order, with gaps: so many ids below the newest are at least so many rows kept, or all.
    SELECT max(id) - greatest(p_keep, 1) INTO v_last FROM feed;
    DELETE FROM feed WHERE id IN (SELECT f.id FROM feed f WHERE f.id <= v_last ORDER BY f.id LIMIT p_limit) AND recorded_at < p_before;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
