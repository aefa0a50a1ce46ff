-- token_make(token hash, id, officer, name, scopes, expires_at, address, at) -> made | many (an officer has at most twenty) | exists
CREATE OR REPLACE FUNCTION token_make(p_token_hash bytea, p_id text, p_officer bigint, p_name text, p_scopes text[], p_expires_at timestamptz,
    p_address text, p_at timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM officer o WHERE o.id = p_officer FOR NO KEY UPDATE; -- two at once are counted one after another
    IF (SELECT count(*) FROM session s WHERE s.officer_id = p_officer AND s.kind = 'token' AND s.expires_at > p_at) >= 20 THEN RETURN 'many'; END IF;
    IF EXISTS (SELECT FROM session s WHERE s.officer_id = p_officer AND s.kind = 'token' AND s.name = p_name AND s.expires_at > p_at) THEN
        RETURN 'exists';
    END IF;
    INSERT INTO session (token_hash, officer_id, csrf, kind, created_at, last_used_at, expires_at, id, name, scopes, address)
    VALUES (p_token_hash, p_officer, '', 'token', p_at, p_at, p_expires_at, p_id, p_name, p_scopes, p_address);
    PERFORM security_event_add(p_at, p_officer, 'token_made', p_officer, p_address, p_name || ': ' || array_to_string(p_scopes, ' '));
    RETURN 'made';
END $$;
