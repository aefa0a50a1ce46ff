-- login_reset_find(login hash, hash it is counted under, client, code hash, address, at) -> wait_s, is_good
-- Counted by client alone: a code has 80 random bits, and nobody may shut the one way back by knocking.
CREATE OR REPLACE FUNCTION login_reset_find(p_officer_hash bytea, p_login_hash bytea, p_client text, p_code_hash bytea, p_address text, p_at timestamptz)
RETURNS TABLE (wait_s integer, is_good boolean) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_officer bigint; v_wait integer;
BEGIN
    SELECT o.id INTO v_officer FROM officer o WHERE sha256(o.login::bytea) = p_officer_hash AND o.valid_to IS NULL;
    v_wait := login_gate(p_login_hash, p_client, false, true, v_officer, p_address, p_at);
    RETURN QUERY SELECT v_wait, v_wait = 0 AND EXISTS (SELECT FROM login_reset r WHERE r.officer_id = v_officer AND r.code_hash = p_code_hash
        AND r.used_at IS NULL AND r.withdrawn_at IS NULL AND r.expires_at > p_at);
END $$;
