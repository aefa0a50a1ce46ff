-- dossier_find(offices, folded text for LIKE, code for LIKE, blind indexes, limit, folded text) -> ids of the newest dossiers
-- that a search finds, newest first, among those of the offices (NULL: all). Each way to them costs what it finds:
--   a code, its end, a number: by their indexes;
--   a text that many have in common: among the newest, then down the dossiers of each office;
--   a text that few have: by its trigrams.
-- Plans are made without the values: a LATERAL of its own (OFFSET 0) looks each dossier up by its key whatever the planner expects.
-- For a reader who is shown no names p_text is NULL and there are no indexes; what was imported is found by its whole code there.
CREATE OR REPLACE FUNCTION dossier_find(p_offices bigint[], p_text text, p_code text, p_indexes bytea[], p_limit integer, p_folded text)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_seqscan = off SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    v_like CONSTANT text := '%' || p_text || '%';
    v_end  CONSTANT text COLLATE "C" := reverse(p_code);
    v_found bigint[];
    v_seen bigint; v_hits bigint; -- of the newest
    v_window integer;
BEGIN
    v_found := ARRAY(
        SELECT d.id FROM (
            SELECT c.dossier_id AS id FROM dossier_code c WHERE c.code = p_code
            UNION
            SELECT c.dossier_id FROM dossier_code c
             WHERE length(p_code) >= 4 AND p_code !~ '[\\%_]'
               AND reverse(c.code) COLLATE "C" >= v_end AND reverse(c.code) COLLATE "C" < v_end || U&'\FFFF'
            UNION
            SELECT s.dossier_id FROM dossier_search s JOIN dossier d ON d.id = s.dossier_id
             WHERE p_text IS NULL AND s.search = p_folded AND d.source IS NOT NULL
            UNION
            SELECT p.dossier_id FROM person_version v JOIN dossier_person p ON p.person_id = v.person_id
             WHERE v.identity_index = ANY (p_indexes) OR v.phone_index = ANY (p_indexes)) x
         CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.id = x.id OFFSET 0) d
         WHERE dossier_is_of(d, p_offices) ORDER BY d.id DESC LIMIT p_limit);

    IF length(p_text) >= 2 THEN
        FOREACH v_window IN ARRAY ARRAY[1000, 10000] LOOP
            WITH newest AS MATERIALIZED (
                SELECT s.dossier_id, s.search LIKE v_like AS is_hit FROM dossier_search s ORDER BY s.dossier_id DESC LIMIT v_window
            ), mine AS (
                SELECT d.id FROM newest w CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.id = w.dossier_id OFFSET 0) d
                 WHERE w.is_hit AND dossier_is_of(d, p_offices) ORDER BY d.id DESC LIMIT p_limit
            )
            SELECT count(*), count(*) FILTER (WHERE is_hit), v_found || ARRAY(SELECT id FROM mine) INTO v_seen, v_hits, v_found FROM newest;
            EXIT WHEN v_seen < v_window OR (SELECT count(DISTINCT id) FROM unnest(v_found) id) >= p_limit;
        END LOOP;
        IF v_seen = v_window AND (SELECT count(DISTINCT id) FROM unnest(v_found) id) < p_limit THEN
            IF p_offices IS NULL OR v_hits * 128 <= v_seen THEN
                v_found := v_found || ARRAY(
                    WITH hit AS MATERIALIZED (SELECT s.dossier_id FROM dossier_search s WHERE s.search LIKE v_like)
                    SELECT d.id FROM hit CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.id = hit.dossier_id OFFSET 0) d
                     WHERE dossier_is_of(d, p_offices) ORDER BY d.id DESC LIMIT p_limit);
            ELSE
                v_found := v_found || ARRAY(
                    SELECT x.id FROM unnest(p_offices) o CROSS JOIN LATERAL (
                        (SELECT d.id FROM dossier d
                          WHERE d.supervising_office_id = o AND (SELECT s.search LIKE v_like FROM dossier_search s WHERE s.dossier_id = d.id)
                          ORDER BY d.id DESC LIMIT p_limit)
                        UNION ALL
                        (SELECT d.id FROM dossier d
                          WHERE d.competent_office_id = o AND (SELECT s.search LIKE v_like FROM dossier_search s WHERE s.dossier_id = d.id)
                          ORDER BY d.id DESC LIMIT p_limit)
                        UNION ALL
                        (SELECT d.id FROM dossier d
                          WHERE d.filed_office_id = o AND (SELECT s.search LIKE v_like FROM dossier_search s WHERE s.dossier_id = d.id)
                          ORDER BY d.id DESC LIMIT p_limit)
                        UNION ALL
                        (SELECT d.id FROM dossier d
                          WHERE d.holder_office_id = o AND d.ended_at IS NULL
                            AND (SELECT s.search LIKE v_like FROM dossier_search s WHERE s.dossier_id = d.id))
                        UNION ALL
                        (SELECT d.id FROM dossier d
                          WHERE d.holder_office_id = o AND d.ended_at IS NOT NULL AND d.holder_office_id
                                <> ALL (ARRAY[coalesce(d.filed_office_id, 0), coalesce(d.supervising_office_id, 0), coalesce(d.competent_office_id, 0)])
                            AND (SELECT s.search LIKE v_like FROM dossier_search s WHERE s.dossier_id = d.id)
                          ORDER BY d.id DESC LIMIT p_limit)) x);
            END IF;
        END IF;
    END IF;
    RETURN QUERY SELECT DISTINCT id FROM unnest(v_found) id ORDER BY id DESC LIMIT p_limit;
END $$;
