-- declaration_withdraw(id, actor, reason, on, at) -> saved | unknown | same (withdrawn before)
CREATE OR REPLACE FUNCTION declaration_withdraw(p_id bigint, p_actor bigint, p_reason text, p_on date, p_at timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE d report_declaration; v_office text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1);
    SELECT * INTO d FROM report_declaration WHERE id = p_id FOR UPDATE;
    IF NOT FOUND THEN RETURN 'unknown'; END IF;
    IF d.known_to <> 'infinity' THEN RETURN 'same'; END IF;
    UPDATE report_declaration SET known_to = greatest(p_at, known_from), withdrawn_by = p_actor, withdrawal_reason = p_reason WHERE id = p_id;
    SELECT key INTO STRICT v_office FROM office WHERE id = d.office_id;
    PERFORM reference_change_add('office', v_office, 'withdraw_report', p_on, p_actor, d.source, p_reason,
        d.id || ': ' || d.from_on || ' ' || d.to_on, d.id || ': ', p_at);
    RETURN 'saved';
END $$;
