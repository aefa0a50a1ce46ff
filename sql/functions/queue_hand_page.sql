-- queue_hand_page(offices, officer, away, away_offices, head_offices, state, warning, case, field, channel, due_to, after_due, after_id, limit,
-- judgement, source, due_from, received_from, received_to, now) -> ids of open dossiers whose work is the officer's (queue_mine), among which is
-- the page, each once
-- The hands are found first: the officer's own, those of whoever is away (away and away_offices, pairwise), and at the offices whose head
-- the officer is, nobody's and those of people who do not work there any more. Then each hand's dossiers are walked in order of
-- the promise (dossier_hand, dossier_pending_officer), not further than a page. The settings are those of queue_page().
CREATE OR REPLACE FUNCTION queue_hand_page(p_offices bigint[], p_officer bigint, p_away bigint[], p_away_offices bigint[], p_heads bigint[],
    p_state text, p_warning text, p_case bigint, p_field bigint, p_channel smallint, p_due_to date, p_after_due timestamptz, p_after_id bigint,
    p_limit integer, p_judgement text, p_source text, p_due_from date, p_received_from date, p_received_to date, p_now timestamptz)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_sort = off SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    RETURN QUERY
    WITH RECURSIVE met (office, officer) AS ( -- who holds anything at an office, one after the other
        SELECT o, (SELECT min(d.holder_officer_id) FROM dossier d WHERE d.ended_at IS NULL AND d.holder_office_id = o)
          FROM unnest(p_heads) o WHERE o = ANY (p_offices)
        UNION ALL
        SELECT m.office, (SELECT min(d.holder_officer_id) FROM dossier d
                           WHERE d.ended_at IS NULL AND d.holder_office_id = m.office AND d.holder_officer_id > m.officer)
          FROM met m WHERE m.officer IS NOT NULL
    ), hand (office, officer) AS MATERIALIZED (
        SELECT o, p_officer FROM unnest(p_offices) o
        UNION SELECT s.office, s.officer FROM unnest(p_away, p_away_offices) s (officer, office) WHERE s.office = ANY (p_offices)
        UNION SELECT m.office, m.officer FROM met m
         WHERE m.officer IS NOT NULL
           AND NOT EXISTS (SELECT FROM officer_role x JOIN officer o ON o.id = x.officer_id
                            WHERE x.officer_id = m.officer AND x.office_id = m.office AND x.ended_on IS NULL AND o.valid_to IS NULL)
    )
    SELECT DISTINCT x.id FROM (
        (SELECT y.id FROM hand h CROSS JOIN LATERAL (
            SELECT d.id FROM dossier d
             WHERE d.ended_at IS NULL AND d.holder_office_id = h.office AND d.holder_officer_id = h.officer
               AND queue_passes(d, NULL, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                p_received_from, p_received_to, p_now)
               AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
             ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit) y)
        UNION ALL
        (SELECT y.id FROM unnest(p_heads) h CROSS JOIN LATERAL (
            SELECT d.id FROM dossier d
             WHERE d.ended_at IS NULL AND d.holder_office_id = h AND d.holder_officer_id IS NULL
               AND queue_passes(d, NULL, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                p_received_from, p_received_to, p_now)
               AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
             ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit) y
          WHERE h = ANY (p_offices))
        UNION ALL
        (SELECT y.id FROM (SELECT p_officer AS officer, NULL::bigint AS office
                            UNION SELECT s.officer, s.office FROM unnest(p_away, p_away_offices) s (officer, office)) h CROSS JOIN LATERAL (
            SELECT d.id FROM dossier d
             WHERE d.ended_at IS NULL AND d.pending_officer_id = h.officer AND d.holder_office_id = ANY (p_offices)
               AND (h.office IS NULL OR d.pending_office_id = h.office)
               AND queue_passes(d, NULL, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                                p_received_from, p_received_to, p_now)
               AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
             ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit) y)) x;
END $$;
