-- The three roles of a database, made where they are missing; run first by every `motcuad migrate`.
-- motcua_owner migrates and owns; motcua_app is what a daemon acts as; motcua_reader is for people with psql.
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['motcua_owner', 'motcua_app', 'motcua_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', r);
        END IF;
        -- Who migrates without being a superuser must be able to act as the owner.
        IF NOT pg_has_role(session_user, r, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO %I', r, session_user);
        END IF;
    END LOOP;
    EXECUTE format('GRANT CREATE ON DATABASE %I TO motcua_owner', current_database());
END $$;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
GRANT CREATE, USAGE ON SCHEMA public TO motcua_owner;
GRANT USAGE ON SCHEMA public TO motcua_app, motcua_reader;
