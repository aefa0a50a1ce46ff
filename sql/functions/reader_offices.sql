-- reader_offices() -> the offices whose dossiers the login of this connection may see
-- Those of its scope, all below them, and those that ended and stand where one of these goes on for them. Runs as the owner: a reader
-- sees no scopes. session_user: a login that acts as another role keeps its own scope.
CREATE OR REPLACE FUNCTION reader_offices() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (WITH RECURSIVE seen (id) AS (
                SELECT office_id FROM reader_scope WHERE reader = session_user AND office_id IS NOT NULL
                UNION
                SELECT o.id FROM seen s JOIN office o ON o.parent_id = s.id OR o.successor_id = s.id)
            SELECT coalesce(array_agg(id), '{}') FROM seen);
END $$;
