-- login_reset_order(officer, by, code hash, reason, reset_second_factor, expires_at, address, at): a one-time code; an older one of this officer is void
CREATE OR REPLACE FUNCTION login_reset_order(p_officer bigint, p_by bigint, p_code_hash bytea, p_reason text, p_factor boolean,
    p_expires_at timestamptz, p_address text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM officer o WHERE o.id = p_officer FOR NO KEY UPDATE;
    UPDATE login_reset r SET withdrawn_at = p_at WHERE r.officer_id = p_officer AND r.used_at IS NULL AND r.withdrawn_at IS NULL;
    INSERT INTO login_reset (officer_id, by_officer, code_hash, reason, reset_second_factor, made_at, expires_at)
    VALUES (p_officer, p_by, p_code_hash, p_reason, p_factor, p_at, p_expires_at);
    PERFORM security_event_add(p_at, p_officer, 'reset_ordered', p_by, p_address,
        p_reason || CASE WHEN p_factor THEN ' (second factor too)' ELSE '' END);
END $$;
