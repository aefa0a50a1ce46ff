-- factor_remove(officer, step, recovery hash, login hash, client, address, at) -> false: the code was used before, or there is none
CREATE OR REPLACE FUNCTION factor_remove(p_officer bigint, p_step bigint, p_recovery bytea, p_login_hash bytea, p_client text, p_address text,
    p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM second_factor f WHERE f.officer_id = p_officer AND f.confirmed_at IS NOT NULL
        AND (f.last_step < p_step OR EXISTS (SELECT FROM recovery_code r
                                              WHERE r.officer_id = p_officer AND r.hash = p_recovery AND r.used_at IS NULL));
    IF NOT FOUND THEN RETURN false; END IF;
    PERFORM login_settled(p_login_hash, p_client, false, false, true, p_at);
    PERFORM security_event_add(p_at, p_officer, 'factor_removed', p_officer, p_address, '');
    RETURN true;
END $$;
