-- calendar_replace_rows(key, epoch, action, eight columns of rows, effective_on, actor, source, reason, before, after, at, parameters)
--   -> change_id, job_id
-- Gives a calendar its rows, records the edit, and orders the job that counts open dossiers again; all or nothing. The rows
-- were judged on the reference data of an epoch; when these have moved on, nothing is written and both ids are 0.
-- parameters: of the job, JSON, to which the change is added; NULL orders none.
CREATE OR REPLACE FUNCTION calendar_replace_rows(p_key text, p_epoch bigint, p_action text, p_type text[], p_from text[],
    p_to text[], p_kind text[], p_sessions text[], p_name_vi text[], p_name_en text[], p_row_source text[],
    p_effective_on date, p_actor bigint, p_source text, p_reason text, p_before text, p_after text, p_at timestamptz,
    p_parameters text)
RETURNS TABLE (change_id bigint, job_id bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_calendar bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    change_id := 0;
    job_id := 0;
    IF (SELECT epoch FROM setting) <> p_epoch THEN
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT id INTO STRICT v_calendar FROM calendar WHERE key = p_key FOR UPDATE;
    DELETE FROM calendar_row WHERE calendar_id = v_calendar;
    INSERT INTO calendar_row (calendar_id, line, type, from_on, to_on, kind, sessions, name_vi, name_en, source)
    SELECT v_calendar, n, t, f, o, k, s, v, e, r
      FROM unnest(p_type, p_from, p_to, p_kind, p_sessions, p_name_vi, p_name_en, p_row_source) WITH ORDINALITY
           AS u (t, f, o, k, s, v, e, r, n);
    change_id := reference_change_add('calendar', p_key, p_action, p_effective_on, p_actor, p_source, p_reason, p_before,
                                      p_after, p_at);
    IF p_parameters IS NOT NULL THEN
        SELECT j.id INTO job_id
          FROM job_add('calendar_apply', 'calendar-' || change_id,
                       (p_parameters::jsonb || jsonb_build_object('change', change_id))::text, p_actor, p_at) j;
    END IF;
    RETURN NEXT;
END $$;
