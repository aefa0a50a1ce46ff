-- office_save(key, is_new, name, short_name, kind, parent, identifier, is_synthetic, calendar, place_name, superior_body,
--             issuing_body, signature_lines, address, phone, effective_on, actor, source, reason, at) -> change, result, job
-- Enters an office or changes one from a day on; what is NULL stays as it is. One edit, one row of reference_change. Where
-- offices work by another calendar after it (the office, and those below it that inherit), the job that counts their open
-- dossiers again is ordered in the same transaction; NULL: none do.
-- result: saved | exists | unknown | parent | calendar | none (it would be left without a calendar) | same (nothing would
-- change; no row is written).
DROP FUNCTION IF EXISTS office_save(text, boolean, text, text, text, text, text, boolean, text, text, text, text, text, text, text,
    date, bigint, text, text, timestamptz); -- what it returns cannot be replaced
CREATE FUNCTION office_save(p_key text, p_is_new boolean, p_name text, p_short_name text, p_kind text, p_parent text,
    p_identifier text, p_is_synthetic boolean, p_calendar text, p_place_name text, p_superior_body text, p_issuing_body text,
    p_signature_lines text, p_address text, p_phone text, p_effective_on date, p_actor bigint, p_source text, p_reason text,
    p_at timestamptz)
RETURNS TABLE (change bigint, result text, job_id bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    o office; was office; v_parent bigint; v_calendar bigint; v_change bigint; v_before jsonb; v_offices jsonb; v_works_by text; v_job bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    SELECT * INTO was FROM office WHERE key = p_key;
    IF p_is_new AND was.id IS NOT NULL THEN RETURN QUERY SELECT NULL::bigint, 'exists', NULL::bigint; RETURN; END IF;
    IF NOT p_is_new AND was.id IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'unknown', NULL::bigint; RETURN; END IF;
    SELECT id INTO v_parent FROM office WHERE key = p_parent;
    SELECT id INTO v_calendar FROM calendar WHERE key = p_calendar;
    IF p_parent IS NOT NULL AND v_parent IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'parent', NULL::bigint; RETURN; END IF;
    IF p_calendar IS NOT NULL AND v_calendar IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'calendar', NULL::bigint; RETURN; END IF;
    IF NOT p_is_new AND v_parent IS NOT NULL AND EXISTS (
        WITH RECURSIVE up AS (SELECT id, parent_id FROM office WHERE id = v_parent
                              UNION SELECT x.id, x.parent_id FROM office x JOIN up ON x.id = up.parent_id)
        SELECT FROM up WHERE id = was.id) THEN
        RETURN QUERY SELECT NULL::bigint, 'parent', NULL::bigint; RETURN; -- below itself
    END IF;
    IF v_parent IS NOT NULL AND v_calendar IS NULL AND was.calendar_id IS NULL
       AND EXISTS (SELECT FROM office_calendars() c WHERE c.office_id = was.id AND c.calendar_id IS NOT NULL)
       AND EXISTS (SELECT FROM office_calendars() c WHERE c.office_id = v_parent AND c.calendar_id IS NULL) THEN
        RETURN QUERY SELECT NULL::bigint, 'none', NULL::bigint; RETURN;
    END IF;
    IF p_is_new THEN
        INSERT INTO office (key, name, short_name, kind, parent_id, identifier, is_synthetic, calendar_id, place_name, superior_body,
                            issuing_body, signature_lines, address, phone, valid_from)
        VALUES (p_key, p_name, coalesce(p_short_name, ''), p_kind, v_parent, nullif(p_identifier, ''), coalesce(p_is_synthetic, false),
                v_calendar, coalesce(p_place_name, ''), coalesce(p_superior_body, ''), coalesce(p_issuing_body, ''),
                coalesce(string_to_array(nullif(p_signature_lines, ''), '|'), '{}'), coalesce(p_address, ''), coalesce(p_phone, ''),
                p_effective_on)
        RETURNING * INTO o;
    ELSE
        SELECT jsonb_object_agg(c.office_id, c.calendar_id) INTO v_before FROM office_calendars() c;
        UPDATE office SET name = coalesce(p_name, name), short_name = coalesce(p_short_name, short_name), kind = coalesce(p_kind, kind),
               parent_id = coalesce(v_parent, parent_id), identifier = coalesce(nullif(p_identifier, ''), identifier),
               is_synthetic = coalesce(p_is_synthetic, is_synthetic), calendar_id = coalesce(v_calendar, calendar_id),
               place_name = coalesce(p_place_name, place_name), superior_body = coalesce(p_superior_body, superior_body),
               issuing_body = coalesce(p_issuing_body, issuing_body),
               signature_lines = coalesce(string_to_array(nullif(p_signature_lines, ''), '|'), signature_lines),
               address = coalesce(p_address, address), phone = coalesce(p_phone, phone)
         WHERE id = was.id RETURNING * INTO o;
        IF o IS NOT DISTINCT FROM was THEN RETURN QUERY SELECT NULL::bigint, 'same', NULL::bigint; RETURN; END IF;
        SELECT jsonb_agg(x.key ORDER BY x.id) INTO v_offices
          FROM office_calendars() c JOIN office x ON x.id = c.office_id
         WHERE c.calendar_id IS DISTINCT FROM (v_before ->> c.office_id::text)::bigint;
        SELECT k.key INTO v_works_by FROM office_calendars() c JOIN calendar k ON k.id = c.calendar_id WHERE c.office_id = o.id;
    END IF;
    v_change := reference_change_add('office', p_key, CASE WHEN p_is_new THEN 'add' ELSE 'replace' END, p_effective_on, p_actor,
                                     p_source, p_reason, CASE WHEN p_is_new THEN '' ELSE row_to_json(was)::text END,
                                     row_to_json(o)::text, p_at);
    IF jsonb_array_length(v_offices) > 0 THEN
        SELECT j.id INTO v_job
          FROM job_add('calendar_apply', 'office-' || v_change,
                       jsonb_build_object('calendar', v_works_by, 'change', v_change, 'offices', v_offices)::text, p_actor, p_at) j;
    END IF;
    RETURN QUERY SELECT v_change, 'saved', v_job;
END $$;
