-- factor_begin(officer, sealed secret, at) -> false: there is a second factor already
CREATE OR REPLACE FUNCTION factor_begin(p_officer bigint, p_secret bytea, p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO second_factor AS f (officer_id, secret, made_at) VALUES (p_officer, p_secret, p_at)
    ON CONFLICT (officer_id) DO UPDATE SET secret = EXCLUDED.secret, made_at = EXCLUDED.made_at, last_step = 0
        WHERE f.confirmed_at IS NULL;
    RETURN FOUND;
END $$;
