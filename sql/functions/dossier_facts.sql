-- dossier_facts(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id) -> the dossiers of column
-- (3) of statistics_ii06a, one by one: their facts at state_at as known at known_at, and whether each is open past its promise
-- What counts and what lists the dossiers behind a count ask it alike. Two halves, so that a stretch of ids is found in the indexes of both.
CREATE OR REPLACE FUNCTION dossier_facts(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint)
RETURNS TABLE (dossier_id bigint, office_id bigint, field_id bigint, procedure_id bigint, channel smallint, received_on date, due_on date,
    due_original_at timestamptz, due_original_on date, due_original_is_instant boolean, due_reappointed_on date, ended_at timestamptz, ended_on date,
    outcome text, judgement text, verdict text, letter_timing text, is_letter_owed boolean, is_waiting boolean, is_overdue boolean) LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT x.dossier_id, x.office_id, x.field_id, x.procedure_id, x.channel, x.received_on, x.due_on,
           x.due_original_at, x.due_original_on, x.due_original_is_instant, x.due_reappointed_on, x.ended_at, x.ended_on,
           x.outcome, x.judgement, x.verdict, x.letter_timing, x.is_letter_owed, x.is_waiting,
           CASE WHEN x.ended_on IS NOT NULL THEN false
                WHEN x.is_waiting THEN x.was_overdue_before_wait
                WHEN x.due_at IS NULL THEN false
                WHEN x.due_is_instant THEN p_state_at > x.due_at
                ELSE p_state_on > x.due_on END
      FROM (SELECT * FROM dossier_fact s WHERE s.known_to = 'infinity' AND s.dossier_id > p_after AND s.dossier_id <= p_upto
            UNION ALL
            SELECT * FROM dossier_fact s WHERE s.known_to <> 'infinity' AND s.dossier_id > p_after AND s.dossier_id <= p_upto) x
     WHERE x.valid_from <= p_state_at AND x.known_from <= p_known_at AND p_known_at < x.known_to
       AND (p_state_at < x.valid_to OR p_known_at < x.valid_to_known_at)
       AND (x.ended_on IS NULL OR x.ended_on >= p_from)
       AND x.received_on <= p_to
       AND (p_offices IS NULL OR x.office_id = ANY (p_offices))
       AND (p_field IS NULL OR coalesce(x.field_id, 0) = p_field)
       AND (p_procedures IS NULL OR x.procedure_id = ANY (p_procedures))
       AND (p_channel IS NULL OR x.channel = p_channel OR (p_channel = 0 AND x.channel <> 2))
$$;
