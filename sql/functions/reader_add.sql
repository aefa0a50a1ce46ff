-- reader_add(name, office_key, at) -> what was done: made | added | same
-- Lets a person read with psql: makes the login where it is missing (its password is set by \password, never here), puts it into
-- motcua_reader, and opens the dossiers of an office and all below it (office_key NULL: every dossier). For whoever may make roles.
-- Errors: VD010 no such office, or a name that is no reader's (the owner, the application, one that may do more).
CREATE OR REPLACE FUNCTION reader_add(p_name text, p_office_key text, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_office bigint; v_made boolean := false; v_n bigint;
BEGIN
    IF p_name IS NULL OR p_name !~ '^[a-z][a-z0-9_]{0,62}$' OR p_name ~ '^(motcua_|pg_)' THEN
        RAISE EXCEPTION '% cannot be the name of a reader', p_name USING ERRCODE = 'VD010';
    END IF;
    IF p_office_key IS NOT NULL THEN
        SELECT id INTO v_office FROM office WHERE key = p_office_key;
        IF NOT FOUND THEN RAISE EXCEPTION 'there is no office %', p_office_key USING ERRCODE = 'VD010'; END IF;
    END IF;
    IF EXISTS (SELECT FROM pg_roles r WHERE rolname = p_name AND (rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication
               OR pg_has_role(r.oid, 'motcua_owner', 'MEMBER') OR pg_has_role(r.oid, 'motcua_app', 'MEMBER'))) THEN
        RAISE EXCEPTION '% may do more than a reader', p_name USING ERRCODE = 'VD010';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = p_name) THEN
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5', p_name);
        v_made := true;
    END IF;
    EXECUTE format('GRANT motcua_reader TO %I', p_name);
    EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', p_name);
    INSERT INTO reader_scope (reader, office_id, added_at) VALUES (p_name, v_office, p_at) ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    RETURN CASE WHEN v_made THEN 'made' WHEN v_n > 0 THEN 'added' ELSE 'same' END;
END $$;
