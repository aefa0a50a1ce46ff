-- dossier_facts(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id) -> the dossiers of column
-- (3) of II.06a, one by one: their facts at state_at as known at known_at, and whether each is open past its promise
-- What counts and what lists the dossiers behind a count ask it alike. Two halves, so that a stretch of ids is found in the indexes of both.
-- A stretch, a month, all there is: which way through the facts is the short one depends on the values. Statements that ask this are
-- planned for them (`-- planned by values`, docs/storage.md).
CREATE OR REPLACE FUNCTION dossier_facts(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint)
RETURNS TABLE (dossier_id bigint, office_id bigint, field_id bigint, procedure_id bigint, channel smallint, received_at timestamptz,
    received_on date, due_at timestamptz, due_on date, due_original_at timestamptz, due_original_on date, due_original_is_instant boolean,
    due_reappointed_on date, ended_at timestamptz, ended_on date, outcome text, judgement text, verdict text, at_fault_office_id bigint,
    letter_timing text, is_letter_owed boolean, is_waiting boolean, is_overdue boolean, is_stopped boolean)
LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT x.dossier_id, x.office_id, x.field_id, x.procedure_id, x.channel, x.received_at,
           x.received_on, x.due_at, x.due_on, x.due_original_at, x.due_original_on, x.due_original_is_instant,
           x.due_reappointed_on, x.ended_at, x.ended_on, x.outcome, x.judgement, x.verdict, x.at_fault_office_id,
           x.letter_timing, x.is_letter_owed, x.is_waiting, x.is_overdue, x.outcome IN ('stopped', 'withdrawn', 'closed', 'forced')
      FROM (SELECT s.*, fact_is_overdue(s, p_state_at, p_state_on) AS is_overdue FROM dossier_fact s
             WHERE s.known_to = 'infinity' AND s.dossier_id > p_after AND s.dossier_id <= p_upto
               AND fact_counts(s, p_from, p_to, p_state_at, p_known_at, p_offices, p_field, p_procedures, p_channel)
            UNION ALL
            SELECT s.*, fact_is_overdue(s, p_state_at, p_state_on) FROM dossier_fact s
             WHERE s.known_to <> 'infinity' AND s.dossier_id > p_after AND s.dossier_id <= p_upto
               AND fact_counts(s, p_from, p_to, p_state_at, p_known_at, p_offices, p_field, p_procedures, p_channel)) x
$$;
