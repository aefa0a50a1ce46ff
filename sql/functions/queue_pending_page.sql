-- queue_pending_page(offices, officer, state, warning, case, field, channel, due_to, after_due, after_id, limit, judgement, source, due_from,
-- received_from, received_to, now) -> ids of dossiers handed over to the offices and not yet taken over, among which is the page
-- Walks dossier_pending office by office for few, dossier_pending_any for many, in order of the promise and not further than a page, as queue_page() does.
CREATE OR REPLACE FUNCTION queue_pending_page(p_offices bigint[], p_officer bigint, p_state text, p_warning text, p_case bigint, p_field bigint,
    p_channel smallint, p_due_to date, p_after_due timestamptz, p_after_id bigint, p_limit integer, p_judgement text, p_source text,
    p_due_from date, p_received_from date, p_received_to date, p_now timestamptz)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_sort = off SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    IF cardinality(p_offices) <= 20 THEN
        RETURN QUERY
        SELECT x.id FROM unnest(p_offices) o CROSS JOIN LATERAL (
            SELECT d.id FROM dossier d
             WHERE d.pending_office_id = o
               AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source,
                                p_due_from, p_received_from, p_received_to, p_now)
               AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
             ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit) x;
    ELSE
        RETURN QUERY
        SELECT d.id FROM dossier d
         WHERE d.pending_office_id IS NOT NULL AND d.pending_office_id = ANY (p_offices)
           AND queue_passes(d, p_officer, p_state, p_warning, p_case, p_field, p_channel, p_due_to, p_judgement, p_source, p_due_from,
                            p_received_from, p_received_to, p_now)
           AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > (p_after_due, p_after_id)
         ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT p_limit;
    END IF;
END $$;
