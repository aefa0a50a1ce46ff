-- delegation_add(from, to, role, office, kind, from_on, to_on, actor, source, reason, at) -> id, result
-- result: saved | role (the one does not hold it) | same (it stands for some of these days already) | off (the other is no officer any more).
CREATE OR REPLACE FUNCTION delegation_add(p_from bigint, p_to bigint, p_role text, p_office bigint, p_kind text, p_from_on date, p_to_on date,
    p_actor bigint, p_source text, p_reason text, p_at timestamptz)
RETURNS TABLE (id bigint, result text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE v_id bigint; v_office text; v_words text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    IF NOT EXISTS (SELECT FROM officer_role WHERE officer_id = p_from AND role = p_role AND office_id = p_office AND ended_on IS NULL) THEN
        RETURN QUERY SELECT NULL::bigint, 'role'; RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM officer o WHERE o.id = p_to AND o.valid_to IS NULL) THEN
        RETURN QUERY SELECT NULL::bigint, 'off'; RETURN;
    END IF;
    IF EXISTS (SELECT FROM delegation WHERE from_officer_id = p_from AND to_officer_id = p_to AND role = p_role AND office_id = p_office
                  AND withdrawn_at IS NULL AND from_on <= p_to_on AND to_on >= p_from_on) THEN
        RETURN QUERY SELECT NULL::bigint, 'same'; RETURN;
    END IF;
    INSERT INTO delegation (from_officer_id, to_officer_id, role, office_id, kind, from_on, to_on, source, reason, entered_by, recorded_at)
    VALUES (p_from, p_to, p_role, p_office, p_kind, p_from_on, p_to_on, p_source, p_reason, p_actor, p_at) RETURNING delegation.id INTO v_id;
    SELECT key INTO STRICT v_office FROM office o WHERE o.id = p_office;
    SELECT v_id || ': ' || a.login || ' > ' || b.login || ' ' || p_role || '@' || v_office || ' ' || p_kind || ' ' || p_from_on || ' ' || p_to_on
      INTO v_words FROM officer a, officer b WHERE a.id = p_from AND b.id = p_to;
    PERFORM reference_change_add('office', v_office, 'delegate', p_from_on, p_actor, p_source, p_reason, '', v_words, p_at);
    RETURN QUERY SELECT v_id, 'saved';
END $$;
