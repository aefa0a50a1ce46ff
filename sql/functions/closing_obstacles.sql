-- closing_obstacles(from, to, state_at, known_at, now, today, offices, unreported) -> what stands in the way of closing the period, thing by thing
--   undetermined    a dossier late at its end or overdue at the end of the period, whose cause nobody has settled until now; key: its code
--   missing_letter  an obligation of the period without its letter, as it stands now; key: code/ordinal
--   unreported      an office that reports by file and owes days of the period (engine/flow/declaration.h finds them); key: its key
-- State and lateness as of state_at and known at known_at, by the conditions of statistics_ii06a; the cause as it stands now, since a
-- leader settles it after the period.
CREATE OR REPLACE FUNCTION closing_obstacles(p_from date, p_to date, p_state_at timestamptz, p_known_at timestamptz, p_now timestamptz,
    p_today date, p_offices bigint[], p_unreported bigint[])
RETURNS TABLE (kind text, key text, code text, office_id bigint) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT 'undetermined', d.code, d.code, f.office_id
      FROM dossier_fact f JOIN dossier d ON d.id = f.dossier_id
     WHERE f.valid_from <= p_state_at AND f.known_from <= p_known_at AND p_known_at < f.known_to
       AND (p_state_at < f.valid_to OR p_known_at < f.valid_to_known_at)
       AND (f.ended_on IS NULL OR f.ended_on >= p_from) AND f.received_on <= p_to AND f.office_id = ANY (p_offices)
       AND CASE WHEN f.ended_on IS NOT NULL THEN f.judgement = 'late'
                WHEN f.is_waiting THEN f.was_overdue_before_wait
                WHEN f.due_at IS NULL THEN false
                WHEN f.due_is_instant THEN p_state_at > f.due_at
                ELSE p_to > f.due_on END
       AND d.verdict NOT IN ('subjective', 'objective') AND NOT d.is_mistake
    UNION ALL
    SELECT 'missing_letter', d.code || '/' || o.ordinal, d.code, o.office_id
      FROM letter_obligation o JOIN dossier d ON d.id = o.dossier_id
     WHERE o.owed_at > p_state_at - (p_to - p_from + 1) * interval '1 day' AND o.owed_at <= p_state_at AND o.office_id = ANY (p_offices)
       AND (o.state = 'refused' OR (o.state = 'open' AND (coalesce(o.latest_at < p_now, false)
            OR (o.trigger = 'lateness' AND coalesce(d.due_on < p_today, false)))))
    UNION ALL
    SELECT 'unreported', o.key, NULL, o.id FROM office o WHERE o.id = ANY (p_unreported)
$$;
