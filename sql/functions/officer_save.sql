-- officer_save(login, is_new, name, title, roles, offices, is_end, effective_on, actor, source, reason, at) -> change, result
-- Enters an officer, or gives (is_end: takes) roles at offices, entered pairwise. The edit stands under the first office.
-- result: saved | exists | unknown | role (the officer does not hold what is to be taken) | same.
CREATE OR REPLACE FUNCTION officer_save(p_login text, p_is_new boolean, p_name text, p_title text, p_roles text[], p_offices bigint[],
    p_is_end boolean, p_effective_on date, p_actor bigint, p_source text, p_reason text, p_at timestamptz)
RETURNS TABLE (change bigint, result text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint; v_change bigint; v_n bigint; v_office text; v_was text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    SELECT id INTO v_id FROM officer WHERE login = p_login;
    IF p_is_new AND v_id IS NOT NULL THEN RETURN QUERY SELECT NULL::bigint, 'exists'; RETURN; END IF;
    IF NOT p_is_new AND v_id IS NULL THEN RETURN QUERY SELECT NULL::bigint, 'unknown'; RETURN; END IF;
    IF p_is_new THEN
        INSERT INTO officer (login, name, title, valid_from) VALUES (p_login, p_name, coalesce(p_title, ''), p_effective_on)
        RETURNING id INTO v_id;
    END IF;
    SELECT coalesce(string_agg(x.role || '@' || o.key, ' ' ORDER BY o.key, x.role), '') INTO v_was
      FROM officer_role x JOIN office o ON o.id = x.office_id WHERE x.officer_id = v_id AND x.ended_on IS NULL;
    IF p_is_end THEN
        UPDATE officer_role x SET ended_on = p_effective_on - 1 FROM unnest(p_roles, p_offices) u (role, office)
         WHERE x.officer_id = v_id AND x.role = u.role AND x.office_id = u.office AND x.ended_on IS NULL;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        IF v_n = 0 THEN RETURN QUERY SELECT NULL::bigint, 'role'; RETURN; END IF;
    ELSE
        INSERT INTO officer_role AS x (officer_id, role, office_id)
        SELECT DISTINCT v_id, u.role, u.office FROM unnest(p_roles, p_offices) u (role, office) ORDER BY 2, 3
        ON CONFLICT (officer_id, role, office_id) DO UPDATE SET ended_on = NULL WHERE x.ended_on IS NOT NULL;
        GET DIAGNOSTICS v_n = ROW_COUNT;
        IF v_n = 0 AND NOT p_is_new THEN RETURN QUERY SELECT NULL::bigint, 'same'; RETURN; END IF;
    END IF;
    SELECT key INTO STRICT v_office FROM office WHERE id = p_offices[1];
    v_change := reference_change_add('office', v_office, CASE WHEN p_is_end THEN 'release' ELSE 'appoint' END, p_effective_on, p_actor,
        p_source, p_reason, p_login || ': ' || v_was,
        p_login || ': ' || (SELECT coalesce(string_agg(x.role || '@' || o.key, ' ' ORDER BY o.key, x.role), '')
                              FROM officer_role x JOIN office o ON o.id = x.office_id
                             WHERE x.officer_id = v_id AND x.ended_on IS NULL), p_at);
    -- Rights begin or end on the real clock, whatever a demonstration's says.
    PERFORM security_event_add(p_at - (SELECT clock_offset_us FROM setting) * interval '1 microsecond', v_id,
        CASE WHEN p_is_end THEN 'role_taken' ELSE 'role_given' END, p_actor, '',
        (SELECT string_agg(u.role || '@' || o.key, ' ' ORDER BY o.key, u.role) FROM unnest(p_roles, p_offices) u (role, office)
           JOIN office o ON o.id = u.office));
    RETURN QUERY SELECT v_change, 'saved';
END $$;
