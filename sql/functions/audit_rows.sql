-- audit_rows(list, from, to, officers, minutes, with imports, dossiers) -> the rows of one list of the inspector (audit_lists.def)
--   from, to   of when it was recorded; to is left out
--   officers   who acted; NULL: everybody, the engine left out
--   minutes    back_dated: entered later than that; late_supplements: fewer left than that
--   imports    back_dated: histories of other systems too
--   dossiers   these alone; NULL: all
-- place and seq are the key of a row: of an event its dossier and number, of a read or of what happened to a login its id and 0.
CREATE OR REPLACE FUNCTION audit_rows(p_list text, p_from timestamptz, p_to timestamptz, p_officers bigint[], p_minutes integer,
    p_with_imports boolean, p_dossiers bigint[])
RETURNS TABLE (place bigint, seq integer, dossier_id bigint, action text, at timestamptz, recorded_at timestamptz, officer_id bigint,
               measure bigint, detail text, remark_id bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF p_list = 'reads' THEN
        RETURN QUERY
            SELECT r.id, 0, r.dossier_id, ''::text, r.at, r.at, r.officer_id,
                   coalesce(cardinality(r.dossier_ids), CASE WHEN r.dossier_id IS NULL THEN 0 ELSE 1 END)::bigint, r.what, NULL::bigint
              FROM read_log r
             WHERE r.at >= p_from AND r.at < p_to AND (p_officers IS NULL OR r.officer_id = ANY (p_officers))
               AND (p_dossiers IS NULL OR r.dossier_id = ANY (p_dossiers) OR r.dossier_ids && p_dossiers);
        RETURN;
    END IF;
    IF p_list = 'security' THEN
        RETURN QUERY
            SELECT s.id, 0, NULL::bigint, s.kind, s.at, s.at, coalesce(s.by_officer, s.officer_id), NULL::bigint,
                   left(concat_ws(' ', o.login, nullif(s.address, ''), nullif(s.detail, '')), 200), NULL::bigint
              FROM security_event s LEFT JOIN officer o ON o.id = s.officer_id
             WHERE s.at >= p_from AND s.at < p_to AND s.kind <> 'login'
               AND (p_officers IS NULL OR s.officer_id = ANY (p_officers) OR s.by_officer = ANY (p_officers));
        RETURN;
    END IF;
    RETURN QUERY
        WITH acted AS MATERIALIZED ( -- by time first: never a walk over all dossiers
            SELECT e.dossier_id, e.seq, e.action, e.at, e.recorded_at, e.actor_id,
                   -- what the bytes say of it, where a list asks
                   CASE WHEN p_list <> 'back_dated' THEN convert_from(e.bytes, 'UTF8') END AS said
              FROM event_ever e
             WHERE e.recorded_at >= p_from AND e.recorded_at < p_to AND e.actor_id > 0
               AND (p_officers IS NULL OR e.actor_id = ANY (p_officers)) AND (p_dossiers IS NULL OR e.dossier_id = ANY (p_dossiers))
               AND CASE p_list
                       WHEN 'back_dated' THEN e.recorded_at - e.at > p_minutes * interval '1 min'
                            AND (p_with_imports OR (e.action NOT LIKE 'history\_%' AND e.action NOT IN ('adopt', 'catch_up')))
                       WHEN 'late_supplements' THEN e.action = 'request_supplement'
                       WHEN 'forced_closings' THEN e.action IN ('stop', 'close', 'force_close', 'close_mistake')
                       ELSE e.action = 'decide_cause'
                   END
        )
        SELECT a.dossier_id, a.seq, a.dossier_id, a.action, a.at, a.recorded_at, a.actor_id,
               CASE p_list
                   WHEN 'back_dated' THEN floor(extract(epoch FROM a.recorded_at - a.at) / 60)
                   WHEN 'late_supplements' THEN floor(extract(epoch FROM f.due_at - a.at) / 60)
                   WHEN 'forced_closings' THEN floor(extract(epoch FROM a.at - f.due_at) / 60)
                   ELSE c.n + 1
               END::bigint,
               CASE WHEN p_list = 'changed_causes' THEN coalesce(c.before, '') || '>' || substring(a.said FROM E'\nverdict (\\w+)\n') ELSE '' END,
               substring(a.said FROM E'\nremark (\\d+):')::bigint
          FROM acted a
          -- the promise in force before, as it was known then
          LEFT JOIN LATERAL (SELECT x.due_at FROM dossier_fact x
                              WHERE p_list IN ('late_supplements', 'forced_closings') AND x.dossier_id = a.dossier_id
                                AND x.valid_from <= a.at AND x.known_from < a.recorded_at AND x.due_at IS NOT NULL
                              ORDER BY x.valid_from DESC, x.known_from DESC LIMIT 1) f ON true
          -- what was found or decided before
          LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE x.action = 'decide_cause') AS n,
                                    (array_agg(substring(convert_from(x.bytes, 'UTF8') FROM E'\nverdict (\\w+)\n') ORDER BY x.seq DESC))[1] AS before
                               FROM event_ever x WHERE p_list = 'changed_causes' AND x.dossier_id = a.dossier_id AND x.seq < a.seq
                                AND x.action IN ('find_cause', 'decide_cause')) c ON true
         WHERE CASE p_list
                   WHEN 'late_supplements' THEN f.due_at - a.at < p_minutes * interval '1 min'
                   WHEN 'changed_causes' THEN c.n > 0 OR c.before IS DISTINCT FROM substring(a.said FROM E'\nverdict (\\w+)\n')
                   ELSE true
               END;
END $$;
