-- login_begin(login hash, client, is_trusted, client alone, address, at) -> wait, and the credential of an officer who may log in
-- One row always: wait_s > 0 says when to come back, and nothing else. Without an officer the columns are NULL, and the
-- attempt was counted all the same: an unknown login is told nothing and costs as much.
-- client_alone: a second look at a desk that is already known (a changed password, a second person): only that client is counted.
CREATE OR REPLACE FUNCTION login_begin(p_login_hash bytea, p_client text, p_is_trusted boolean, p_client_alone boolean,
    p_address text, p_at timestamptz)
RETURNS TABLE (wait_s integer, officer_id bigint, salt bytea, hash bytea, scrypt_n integer, scrypt_r integer, scrypt_p integer,
               is_random boolean, factor bytea, last_step bigint)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_officer bigint;
    v_wide    boolean := NOT p_is_trusted AND NOT p_client_alone;
    v_wait    integer;
BEGIN
    SELECT o.id INTO v_officer FROM officer o WHERE sha256(o.login::bytea) = p_login_hash AND o.valid_to IS NULL;
    v_wait := login_gate(p_login_hash, p_client, v_wide, v_wide, v_officer, p_address, p_at);
    RETURN QUERY SELECT v_wait, c.officer_id, c.salt, c.hash, c.scrypt_n, c.scrypt_r, c.scrypt_p, c.is_random, f.secret, f.last_step
      FROM (SELECT) one
      LEFT JOIN credential c ON c.officer_id = v_officer AND v_wait = 0
      LEFT JOIN second_factor f ON f.officer_id = c.officer_id AND f.confirmed_at IS NOT NULL;
END $$;
