-- delegation_withdraw(id, actor, reason, on, at) -> result
-- result: saved | unknown | same (withdrawn before).
CREATE OR REPLACE FUNCTION delegation_withdraw(p_id bigint, p_actor bigint, p_reason text, p_on date, p_at timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE d delegation; v_office text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1);
    SELECT * INTO d FROM delegation WHERE id = p_id FOR UPDATE;
    IF NOT FOUND THEN RETURN 'unknown'; END IF;
    IF d.withdrawn_at IS NOT NULL THEN RETURN 'same'; END IF;
    UPDATE delegation SET withdrawn_at = p_at, withdrawn_by = p_actor, withdrawal_reason = p_reason WHERE id = p_id;
    SELECT key INTO STRICT v_office FROM office WHERE id = d.office_id;
    PERFORM reference_change_add('office', v_office, 'undelegate', p_on, p_actor, d.source, p_reason,
        d.id || ': ' || d.from_on || ' ' || d.to_on, d.id || ': ', p_at);
    RETURN 'saved';
END $$;
