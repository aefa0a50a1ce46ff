-- reader_sees_all() -> may the login of this connection see every dossier?
CREATE OR REPLACE FUNCTION reader_sees_all() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM reader_scope WHERE reader = session_user AND office_id IS NULL);
END $$;
