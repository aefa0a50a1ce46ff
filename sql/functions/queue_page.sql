-- queue_page(is_late, offices, officer, state, warning, case, field, channel, due_to, after_due, after_id, limit, judgement, source,
-- due_from, received_from, received_to, now) -> ids of one page of open dossiers, by promise
--   is_late  false: those that lie with the offices; true: those of the offices (NULL: all) that are late or will be
-- Each statement walks its index in order and stops with the page; the settings keep the planner, who knows no parameter, from
-- gathering all and sorting, and from starting workers, which take forty times as long as a page. Few offices are walked one by one, many by walking all that is open.
CREATE OR REPLACE FUNCTION queue_page(p_is_late boolean, p_offices bigint[], p_officer bigint, p_state text, p_warning text, p_case bigint,
    p_field bigint, p_channel smallint, p_due_to date, p_after_due timestamptz, p_after_id bigint, p_limit integer, p_judgement text,
    p_source text, p_due_from date, p_received_from date, p_received_to date, p_now timestamptz)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_sort = off SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    IF p_is_late THEN
        IF cardinality(p_offices) <= 20 THEN
            -- Office by office, by what it is to them: of few dossiers of an office many may be late, of all that are late few are its.
            RETURN QUERY
            SELECT y.id FROM (
                SELECT DISTINCT x.id, x.due FROM unnest(p_offices) o CROSS JOIN LATERAL (
                 (SELECT d.id, coalesce(d.due_at, 'infinity'::timestamptz) AS due FROM dossier d
                  WHERE d.ended_at IS NULL AND d.warning <> 'fine' AND d.holder_office_id = o
                    AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                     p_received_from, p_received_to, p_now)
                    AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
                  ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit)
                 UNION ALL
                 (SELECT d.id, coalesce(d.due_at, 'infinity'::timestamptz) AS due FROM dossier d
                  WHERE d.ended_at IS NULL AND d.warning <> 'fine' AND d.competent_office_id = o
                    AND d.competent_office_id <> ALL (ARRAY[coalesce(d.holder_office_id, 0)])
                    AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                     p_received_from, p_received_to, p_now)
                    AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
                  ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit)
                 UNION ALL
                 (SELECT d.id, coalesce(d.due_at, 'infinity'::timestamptz) AS due FROM dossier d
                  WHERE d.ended_at IS NULL AND d.warning <> 'fine' AND d.supervising_office_id = o
                    AND d.supervising_office_id <> ALL (ARRAY[coalesce(d.holder_office_id, 0), coalesce(d.competent_office_id, 0)])
                    AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                     p_received_from, p_received_to, p_now)
                    AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
                  ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit)
                 UNION ALL
                 (SELECT d.id, coalesce(d.due_at, 'infinity'::timestamptz) AS due FROM dossier d
                  WHERE d.ended_at IS NULL AND d.warning <> 'fine' AND d.filed_office_id = o
                    AND d.filed_office_id <> ALL (ARRAY[coalesce(d.holder_office_id, 0), coalesce(d.competent_office_id, 0), coalesce(d.supervising_office_id, 0)])
                    AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                     p_received_from, p_received_to, p_now)
                    AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
                  ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit)) x) y
             ORDER BY y.due, y.id LIMIT p_limit;
        ELSE
            RETURN QUERY
            SELECT d.id FROM dossier d
             WHERE d.ended_at IS NULL AND d.warning <> 'fine' AND dossier_is_of(d, p_offices)
               AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                p_received_from, p_received_to, p_now)
               AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
             ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit;
        END IF;
        -- Whoever turned since the engine looked last is among those it must look at, could not judge, or does not watch.
        RETURN QUERY
        SELECT d.id FROM (
                SELECT x.id FROM dossier x WHERE x.next_alarm_at <= p_now
                UNION SELECT f.dossier_id FROM alarm_failure f
                UNION (SELECT x.id FROM dossier x WHERE x.ended_at IS NULL AND x.warning = 'fine' AND x.next_alarm_at IS NULL
                          AND least(x.risk_at, x.certain_at, x.late_at) <= p_now ORDER BY least(x.risk_at, x.certain_at, x.late_at), x.id)) w
          CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.id = w.id OFFSET 0) d
          WHERE d.ended_at IS NULL AND d.warning = 'fine' AND dossier_is_of(d, p_offices)
            AND warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, p_now) <> 'fine'
            AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                             p_received_from, p_received_to, p_now)
            AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id);
    ELSIF cardinality(p_offices) <= 20 THEN
        RETURN QUERY
        SELECT x.id FROM unnest(p_offices) o CROSS JOIN LATERAL (
            SELECT d.id FROM dossier d
             WHERE d.ended_at IS NULL AND d.holder_office_id = o
               AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source,
                                p_due_from, p_received_from, p_received_to, p_now)
               AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
             ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit) x;
    ELSE
        RETURN QUERY
        SELECT d.id FROM dossier d
         WHERE d.ended_at IS NULL AND d.holder_office_id = ANY (p_offices)
           AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                            p_received_from, p_received_to, p_now)
           AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
         ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit;
    END IF;
END $$;
