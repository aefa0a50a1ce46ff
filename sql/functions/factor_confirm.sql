-- factor_confirm(officer, sealed secret it was proven with, step, hashes of the recovery codes, login hash, client, address, at) -> false: it is another now
CREATE OR REPLACE FUNCTION factor_confirm(p_officer bigint, p_secret bytea, p_step bigint, p_codes bytea[], p_login_hash bytea, p_client text,
    p_address text, p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE second_factor f SET confirmed_at = p_at, last_step = p_step
     WHERE f.officer_id = p_officer AND f.secret = p_secret AND f.confirmed_at IS NULL;
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM login_settled(p_login_hash, p_client, false, false, true, p_at);
    INSERT INTO recovery_code (officer_id, hash) SELECT p_officer, unnest(p_codes);
    PERFORM security_event_add(p_at, p_officer, 'factor_enrolled', p_officer, p_address, '');
    RETURN true;
END $$;
