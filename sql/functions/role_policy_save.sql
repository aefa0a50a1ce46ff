-- role_policy_save(role, needs_second_factor, idle_minutes, absolute_hours, token_days_max, actor, source, reason, on, at, real_at, address) -> change
-- The strictest policy of an officer's roles holds; it holds at once, for sessions that are open too.
CREATE OR REPLACE FUNCTION role_policy_save(p_role text, p_needs boolean, p_idle integer, p_absolute integer, p_token integer, p_actor bigint,
    p_source text, p_reason text, p_on date, p_at timestamptz, p_real_at timestamptz, p_address text)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_was text; v_is text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    SELECT format('second_factor=%s idle_minutes=%s absolute_hours=%s token_days_max=%s', needs_second_factor, idle_minutes,
                  absolute_hours, token_days_max) INTO v_was FROM role_policy WHERE role = p_role;
    INSERT INTO role_policy VALUES (p_role, p_needs, p_idle, p_absolute, p_token)
    ON CONFLICT (role) DO UPDATE SET needs_second_factor = EXCLUDED.needs_second_factor, idle_minutes = EXCLUDED.idle_minutes,
           absolute_hours = EXCLUDED.absolute_hours, token_days_max = EXCLUDED.token_days_max;
    v_is := format('second_factor=%s idle_minutes=%s absolute_hours=%s token_days_max=%s', p_needs, p_idle, p_absolute, p_token);
    PERFORM security_event_add(p_real_at, NULL, 'policy_changed', p_actor, p_address, p_role || ': ' || v_is);
    RETURN reference_change_add('role_policy', p_role, 'replace', p_on, p_actor, p_source, p_reason, coalesce(v_was, ''), v_is, p_at);
END $$;
