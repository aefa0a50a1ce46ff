-- dossier_shown(dossier, state_at, state_on, known_at) -> what a list of the dossiers behind a figure says of one of them, as it stood then
CREATE OR REPLACE FUNCTION dossier_shown(p_dossier bigint, p_state_at timestamptz, p_state_on date, p_known_at timestamptz)
RETURNS TABLE (code text, office_id bigint, field_id bigint, procedure_id bigint, channel smallint, received_at timestamptz,
    due_at timestamptz, due_on date, ended_at timestamptz, ended_on date, outcome text, judgement text, is_waiting boolean,
    is_overdue boolean, verdict text, letter_timing text) LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT d.code, x.office_id, x.field_id, x.procedure_id, x.channel, x.received_at, x.due_at, x.due_on, x.ended_at, x.ended_on, x.outcome,
           x.judgement, x.is_waiting,
           CASE WHEN x.is_waiting THEN x.was_overdue_before_wait
                WHEN x.due_at IS NULL THEN false
                WHEN x.due_is_instant THEN p_state_at > x.due_at
                ELSE p_state_on > x.due_on END,
           x.verdict, x.letter_timing
      FROM (SELECT * FROM dossier_fact s WHERE s.known_to = 'infinity' AND s.dossier_id = p_dossier
            UNION ALL
            SELECT * FROM dossier_fact s WHERE s.known_to <> 'infinity' AND s.dossier_id = p_dossier) x
      JOIN dossier d ON d.id = x.dossier_id
     WHERE x.valid_from <= p_state_at AND x.known_from <= p_known_at AND p_known_at < x.known_to
       AND (p_state_at < x.valid_to OR p_known_at < x.valid_to_known_at)
$$;
