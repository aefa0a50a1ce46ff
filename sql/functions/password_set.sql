-- password_set(officer, salt, hash, n, r, p, kept session, login hash, client, address, at) -> token hashes of the sessions that ended
-- The officer's own new password. Every other session ends; API tokens are kept, they never knew the password.
CREATE OR REPLACE FUNCTION password_set(p_officer bigint, p_salt bytea, p_hash bytea, p_n integer, p_r integer, p_p integer, p_kept bytea,
    p_login_hash bytea, p_client text, p_address text, p_at timestamptz)
RETURNS TABLE (token_hash bytea) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM login_settled(p_login_hash, p_client, false, false, true, p_at);
    UPDATE credential c SET salt = p_salt, hash = p_hash, scrypt_n = p_n, scrypt_r = p_r, scrypt_p = p_p, changed_at = p_at,
           must_change = false, is_random = false
     WHERE c.officer_id = p_officer;
    UPDATE login_reset r SET withdrawn_at = p_at WHERE r.officer_id = p_officer AND r.used_at IS NULL AND r.withdrawn_at IS NULL;
    PERFORM security_event_add(p_at, p_officer, 'password_changed', p_officer, p_address, '');
    RETURN QUERY DELETE FROM session s WHERE s.officer_id = p_officer AND s.kind <> 'token' AND s.token_hash <> p_kept
                 RETURNING s.token_hash;
END $$;
