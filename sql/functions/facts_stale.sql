-- facts_stale(after, limit) -> the events of the next dossiers whose facts were made by an older program, by dossier and seq; one row
-- without an event where there is none
-- Locks those dossiers until the caller has written their facts (facts_fill) or gives up. For the owner alone.
-- Errors: none of its own.
CREATE OR REPLACE FUNCTION facts_stale(p_after bigint, p_limit integer) RETURNS TABLE (dossier_id bigint, seq integer, bytes bytea)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE v_ids bigint[];
BEGIN
    v_ids := ARRAY(SELECT DISTINCT f.dossier_id FROM dossier_fact f
                    WHERE f.due_on IS NOT NULL AND f.due_original_on IS NULL AND f.dossier_id > p_after
                    ORDER BY f.dossier_id LIMIT p_limit);
    PERFORM 1 FROM dossier d WHERE d.id = ANY (v_ids) ORDER BY d.id FOR NO KEY UPDATE;
    RETURN QUERY SELECT i.id, e.seq, e.bytes FROM unnest(v_ids) i (id) LEFT JOIN event_ever e ON e.dossier_id = i.id ORDER BY i.id, e.seq;
END $$;
