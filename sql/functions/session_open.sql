-- session_open(...) -> result: open | code (the step or recovery code was used before); who reset this login and when, told once
-- A login that was proven: the attempt is taken back, the step or recovery code used up, the session made. An officer has at most
-- twenty sessions beside API tokens: the one used longest ago ends.
CREATE OR REPLACE FUNCTION session_open(p_officer bigint, p_login_hash bytea, p_client text, p_is_trusted boolean, p_step bigint,
    p_recovery bytea, p_token_hash bytea, p_id text, p_kind text, p_expires_at timestamptz, p_address text,
    p_user_agent text, p_salt bytea, p_hash bytea, p_n integer, p_r integer, p_p integer, p_at timestamptz)
RETURNS TABLE (result text, reset_by text, reset_at timestamptz) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_by text; v_at timestamptz;
BEGIN
    IF p_step IS NOT NULL THEN
        UPDATE second_factor f SET last_step = p_step
         WHERE f.officer_id = p_officer AND f.confirmed_at IS NOT NULL AND f.last_step < p_step;
        IF NOT FOUND THEN RETURN QUERY SELECT 'code', NULL::text, NULL::timestamptz; RETURN; END IF;
    ELSIF p_recovery IS NOT NULL THEN
        UPDATE recovery_code r SET used_at = p_at WHERE r.officer_id = p_officer AND r.hash = p_recovery AND r.used_at IS NULL;
        IF NOT FOUND THEN RETURN QUERY SELECT 'code', NULL::text, NULL::timestamptz; RETURN; END IF;
        PERFORM security_event_add(p_at, p_officer, 'recovery_code_used', p_officer, p_address,
            (SELECT count(*) || ' left' FROM recovery_code r WHERE r.officer_id = p_officer AND r.used_at IS NULL));
    ELSIF EXISTS (SELECT FROM second_factor f WHERE f.officer_id = p_officer AND f.confirmed_at IS NOT NULL) THEN
        RETURN QUERY SELECT 'code', NULL::text, NULL::timestamptz; RETURN; -- enrolled while the password was compared
    END IF;
    PERFORM login_settled(p_login_hash, p_client, NOT p_is_trusted, NOT p_is_trusted, true, p_at);
    IF p_hash IS NOT NULL THEN -- the same password, hashed with today's parameters
        UPDATE credential c SET salt = p_salt, hash = p_hash, scrypt_n = p_n, scrypt_r = p_r, scrypt_p = p_p WHERE c.officer_id = p_officer;
    END IF;
    INSERT INTO session (token_hash, officer_id, csrf, kind, created_at, last_used_at, expires_at, id, address, user_agent)
    VALUES (p_token_hash, p_officer, '', p_kind, p_at, p_at, p_expires_at, p_id, p_address, left(p_user_agent, 200));
    DELETE FROM session s WHERE s.token_hash IN (SELECT o.token_hash FROM session o WHERE o.officer_id = p_officer AND o.kind <> 'token'
                                                  ORDER BY o.last_used_at DESC, o.created_at DESC OFFSET 20);
    PERFORM security_event_add(p_at, p_officer, 'login', p_officer, p_address,
        p_kind || CASE WHEN p_step IS NOT NULL OR p_recovery IS NOT NULL THEN ', second factor' ELSE '' END);
    SELECT o.name, c.reset_at INTO v_by, v_at FROM credential c JOIN officer o ON o.id = c.reset_by WHERE c.officer_id = p_officer;
    IF FOUND THEN UPDATE credential c SET reset_by = NULL WHERE c.officer_id = p_officer; END IF;
    RETURN QUERY SELECT 'open', v_by, v_at;
END $$;
