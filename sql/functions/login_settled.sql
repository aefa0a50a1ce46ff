-- login_settled(login hash, client, of_login, of_address, is_success, at): takes the attempt back that login_gate() counted
-- is_success: the client begins anew; else (the password was right and the code is still to come) it is only not a failure.
CREATE OR REPLACE FUNCTION login_settled(p_login_hash bytea, p_client text, p_of_login boolean, p_of_address boolean, p_is_success boolean,
    p_at timestamptz)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM login_attempt a
      WHERE (a.login_hash = ''::bytea AND a.client = p_client AND p_of_address)
         OR (a.login_hash = p_login_hash AND (a.client = p_client OR (a.client = '' AND p_of_login)))
      ORDER BY a.login_hash, a.client FOR UPDATE;
    UPDATE login_attempt a SET failures = greatest(a.failures - 1, 0), next_at = p_at
     WHERE (a.login_hash = ''::bytea AND a.client = p_client AND p_of_address)
        OR (a.login_hash = p_login_hash AND a.client = '' AND p_of_login)
        OR (a.login_hash = p_login_hash AND a.client = p_client);
    DELETE FROM login_attempt a WHERE a.login_hash = p_login_hash AND a.client = p_client AND (p_is_success OR a.failures = 0);
END $$;
