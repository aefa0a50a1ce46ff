-- closing_close(id, version, words, known_at, as_of, content, previous, document, signed_by, signed_serial, signed_at, actor, today, at, offices,
-- unreported) -> result, n
-- Freezes a version. result: saved; waits (n things have no word of a leader yet); stands (it is closed); overlaps (another period was
-- closed meanwhile); race (words or snapshots came meanwhile: the content was made of others).
--   words  how many of this version the content tells
CREATE OR REPLACE FUNCTION closing_close(p_id bigint, p_version integer, p_words integer, p_known_at timestamptz, p_as_of timestamptz, p_content text,
    p_previous bytea, p_document bytea, p_signed_by text, p_signed_serial text, p_signed_at timestamptz, p_actor bigint, p_today date,
    p_at timestamptz, p_offices bigint[], p_unreported bigint[])
RETURNS TABLE (result text, n bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE c closing; v_n bigint; v_ordinal integer; v_last bytea;
BEGIN
    SELECT * INTO STRICT c FROM closing WHERE id = p_id;
    PERFORM FROM office WHERE id = c.office_id FOR UPDATE;
    IF closing_version(p_id) IS DISTINCT FROM p_version THEN
        RETURN QUERY SELECT 'stands', 0::bigint; RETURN;
    END IF;
    IF EXISTS (SELECT FROM closing o JOIN closing_snapshot s ON s.closing_id = o.id
                WHERE o.office_id = c.office_id AND o.id <> c.id AND o.from_on <= c.to_on AND o.to_on >= c.from_on) THEN
        RETURN QUERY SELECT 'overlaps', 0::bigint; RETURN;
    END IF;
    SELECT count(*) INTO v_n FROM closing_obstacles(c.from_on, c.to_on, p_as_of, p_known_at, p_at, p_today, p_offices, p_unreported) o
     WHERE NOT EXISTS (SELECT FROM closing_word w WHERE w.closing_id = p_id AND w.version = p_version AND w.kind = o.kind AND w.key = o.key);
    IF v_n > 0 THEN
        RETURN QUERY SELECT 'waits', v_n; RETURN;
    END IF;
    SELECT s.ordinal, s.sha256 INTO v_ordinal, v_last FROM closing_snapshot s WHERE s.office_id = c.office_id ORDER BY s.ordinal DESC LIMIT 1;
    IF v_last IS DISTINCT FROM p_previous
       OR p_words <> (SELECT count(*) FROM closing_word w WHERE w.closing_id = p_id AND w.version = p_version) THEN
        RETURN QUERY SELECT 'race', 0::bigint; RETURN;
    END IF;
    INSERT INTO closing_snapshot (closing_id, version, office_id, ordinal, as_of, known_at, content, sha256, previous_sha256, document, signed_by,
                                  signed_serial, signed_at, closed_by, closed_at)
    VALUES (p_id, p_version, c.office_id, coalesce(v_ordinal, 0) + 1, p_as_of, p_known_at, p_content, sha256(convert_to(p_content, 'UTF8')),
            v_last, p_document, p_signed_by, p_signed_serial, p_signed_at, p_actor, p_at);
    PERFORM reference_change_add('closing', (SELECT key FROM office WHERE id = c.office_id), 'close', c.to_on, p_actor,
        c.from_on || ' - ' || c.to_on, 'version ' || p_version, '', encode(sha256(convert_to(p_content, 'UTF8')), 'hex'), p_at);
    RETURN QUERY SELECT 'saved', 0::bigint;
END $$;
