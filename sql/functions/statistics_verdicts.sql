-- statistics_verdicts(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, view) -> the dossiers of
-- column (3) of statistics_ii06a: done or open, late or not, the day each was due and the day it ended (or of the state)
-- view due: the promise in force, as statistics_ii06a counts; original: the first promise, whatever was agreed or held since;
-- portal: the re-appointed day counts too. is_second: it is past that day as well.
CREATE OR REPLACE FUNCTION statistics_verdicts(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint, p_view text)
RETURNS TABLE (dossier_id bigint, office_id bigint, field_id bigint, procedure_id bigint, is_done boolean, is_late boolean, is_second boolean,
    due_on date, end_on date, verdict text, letter_timing text, is_letter_owed boolean)
LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT f.dossier_id, f.office_id, f.field_id, f.procedure_id, f.ended_on IS NOT NULL,
           coalesce(CASE WHEN p_view = 'original' THEN
                              CASE WHEN f.due_original_is_instant THEN coalesce(f.ended_at, p_state_at) > f.due_original_at
                                   ELSE coalesce(f.ended_on, p_state_on) > f.due_original_on END
                         WHEN f.ended_on IS NOT NULL THEN f.judgement = 'late'
                         ELSE f.is_overdue END
                    AND (p_view <> 'portal' OR f.due_reappointed_on IS NULL OR coalesce(f.ended_on, p_state_on) > f.due_reappointed_on), false),
           coalesce(coalesce(f.ended_on, p_state_on) > f.due_reappointed_on, false),
           CASE p_view WHEN 'original' THEN f.due_original_on WHEN 'portal' THEN greatest(f.due_on, f.due_reappointed_on) ELSE f.due_on END,
           coalesce(f.ended_on, p_state_on), f.verdict, f.letter_timing, f.is_letter_owed
      FROM dossier_facts(p_from, p_to, p_state_at, p_state_on, p_known_at, p_offices, p_field, p_procedures, p_channel, p_after, p_upto) f
$$;
