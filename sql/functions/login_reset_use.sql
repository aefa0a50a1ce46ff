-- login_reset_use(login hash, hash it is counted under, client, code hash, salt, hash, n, r, p, address, at) -> is_good, token hashes of what ended
-- The officer's own password, set with the code; whoever ordered it never sees it. Sessions and API tokens end, failures are
-- forgotten, and the next login tells who ordered it.
CREATE OR REPLACE FUNCTION login_reset_use(p_officer_hash bytea, p_login_hash bytea, p_client text, p_code_hash bytea, p_salt bytea, p_hash bytea,
    p_n integer, p_r integer, p_p integer, p_address text, p_at timestamptz)
RETURNS TABLE (is_good boolean, token_hashes text[]) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v login_reset%ROWTYPE; v_hashes text[];
BEGIN
    UPDATE login_reset r SET used_at = p_at FROM officer o
     WHERE sha256(o.login::bytea) = p_officer_hash AND o.valid_to IS NULL AND r.officer_id = o.id AND r.code_hash = p_code_hash
       AND r.used_at IS NULL AND r.withdrawn_at IS NULL AND r.expires_at > p_at
    RETURNING r.* INTO v;
    IF NOT FOUND THEN RETURN QUERY SELECT false, NULL::text[]; RETURN; END IF;
    PERFORM login_settled(p_login_hash, p_client, false, true, true, p_at);
    INSERT INTO credential AS c (officer_id, salt, hash, scrypt_n, scrypt_r, scrypt_p, changed_at, reset_by, reset_at)
    VALUES (v.officer_id, p_salt, p_hash, p_n, p_r, p_p, p_at, v.by_officer, p_at)
    ON CONFLICT (officer_id) DO UPDATE SET salt = EXCLUDED.salt, hash = EXCLUDED.hash, scrypt_n = EXCLUDED.scrypt_n,
        scrypt_r = EXCLUDED.scrypt_r, scrypt_p = EXCLUDED.scrypt_p, changed_at = EXCLUDED.changed_at, must_change = false,
        is_random = false, reset_by = EXCLUDED.reset_by, reset_at = EXCLUDED.reset_at;
    IF v.reset_second_factor THEN
        DELETE FROM second_factor f WHERE f.officer_id = v.officer_id;
    END IF;
    DELETE FROM login_attempt a WHERE a.login_hash = p_officer_hash;
    WITH gone AS (DELETE FROM session s WHERE s.officer_id = v.officer_id RETURNING s.token_hash)
    SELECT array_agg(encode(g.token_hash, 'hex')) INTO v_hashes FROM gone g;
    PERFORM security_event_add(p_at, v.officer_id, 'reset_used', v.by_officer, p_address,
        CASE WHEN v.reset_second_factor THEN 'second factor removed' ELSE '' END);
    RETURN QUERY SELECT true, v_hashes;
END $$;
