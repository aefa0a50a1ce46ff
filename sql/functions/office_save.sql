-- office_save(key, is_new, name, short_name, kind, parent, identifier, is_synthetic, calendar, place_name, superior_body,
--             issuing_body, signature_lines, address, phone, effective_on, actor, source, reason, at) -> change, result
-- Enters an office or changes one from a day on; what is NULL stays as it is. One edit, one row of reference_change.
-- result: saved | exists | unknown | parent | calendar | same (nothing would change; no row is written).
CREATE OR REPLACE FUNCTION office_save(p_key text, p_is_new boolean, p_name text, p_short_name text, p_kind text, p_parent text,
    p_identifier text, p_is_synthetic boolean, p_calendar text, p_place_name text, p_superior_body text, p_issuing_body text,
    p_signature_lines text, p_address text, p_phone text, p_effective_on date, p_actor bigint, p_source text, p_reason text,
    p_at timestamptz)
RETURNS TABLE (change bigint, result text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    o office; was office; v_parent bigint; v_calendar bigint; v_change bigint;
BEGIN
    PERFORM 1 FROM setting FOR UPDATE; -- edits are made one after another
    SELECT * INTO was FROM office WHERE key = p_key;
    IF p_is_new AND was.id IS NOT NULL THEN RETURN QUERY SELECT NULL::bigint, 'exists'; RETURN; END IF;
    IF NOT p_is_new AND was.id IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'unknown'; RETURN; END IF;
    SELECT id INTO v_parent FROM office WHERE key = p_parent;
    SELECT id INTO v_calendar FROM calendar WHERE key = p_calendar;
    IF p_parent IS NOT NULL AND v_parent IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'parent'; RETURN; END IF;
    IF p_calendar IS NOT NULL AND v_calendar IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'calendar'; RETURN; END IF;
    IF NOT p_is_new AND v_parent IS NOT NULL AND EXISTS (
        WITH RECURSIVE up AS (SELECT id, parent_id FROM office WHERE id = v_parent
                              UNION SELECT x.id, x.parent_id FROM office x JOIN up ON x.id = up.parent_id)
        SELECT FROM up WHERE id = was.id) THEN
        RETURN QUERY SELECT NULL::bigint, 'parent'; RETURN; -- below itself
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
        UPDATE office SET name = coalesce(p_name, name), short_name = coalesce(p_short_name, short_name), kind = coalesce(p_kind, kind),
               parent_id = coalesce(v_parent, parent_id), identifier = coalesce(nullif(p_identifier, ''), identifier),
               is_synthetic = coalesce(p_is_synthetic, is_synthetic), calendar_id = coalesce(v_calendar, calendar_id),
               place_name = coalesce(p_place_name, place_name), superior_body = coalesce(p_superior_body, superior_body),
               issuing_body = coalesce(p_issuing_body, issuing_body),
               signature_lines = coalesce(string_to_array(nullif(p_signature_lines, ''), '|'), signature_lines),
               address = coalesce(p_address, address), phone = coalesce(p_phone, phone)
         WHERE id = was.id RETURNING * INTO o;
        IF o IS NOT DISTINCT FROM was THEN RETURN QUERY SELECT NULL::bigint, 'same'; RETURN; END IF;
    END IF;
    v_change := reference_change_add('office', p_key, CASE WHEN p_is_new THEN 'add' ELSE 'replace' END, p_effective_on, p_actor,
                                     p_source, p_reason, CASE WHEN p_is_new THEN '' ELSE row_to_json(was)::text END,
                                     row_to_json(o)::text, p_at);
    RETURN QUERY SELECT v_change, 'saved';
END $$;
