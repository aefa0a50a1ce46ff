-- reader_remove(name, office_key) -> scopes taken away
-- office_key NULL: all of them, and the membership in motcua_reader with them; connections that are open see nothing from the next
-- statement on. The login itself stays, for whoever made it may use it for other things.
CREATE OR REPLACE FUNCTION reader_remove(p_name text, p_office_key text) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_n bigint;
BEGIN
    DELETE FROM reader_scope WHERE reader = p_name
       AND (p_office_key IS NULL OR office_id = (SELECT id FROM office WHERE key = p_office_key));
    GET DIAGNOSTICS v_n = ROW_COUNT;
    IF p_office_key IS NULL AND EXISTS (SELECT FROM pg_roles WHERE rolname = p_name) THEN
        EXECUTE format('REVOKE motcua_reader FROM %I', p_name);
    END IF;
    RETURN v_n;
END $$;
