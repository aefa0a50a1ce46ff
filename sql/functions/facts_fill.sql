-- facts_fill(rows) -> how many rows were written
-- Puts the facts of some dossiers in the place of those that they have. `rows` is a JSON array of the columns of dossier_fact: every
-- row that was ever known, with the time in which it was. For the owner alone: nobody else may take away what was known.
-- Errors: none of its own.
CREATE OR REPLACE FUNCTION facts_fill(p_rows jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
    DELETE FROM dossier_fact
     WHERE dossier_id = ANY (ARRAY(SELECT DISTINCT (r ->> 'dossier_id')::bigint FROM jsonb_array_elements(p_rows) r));
    INSERT INTO dossier_fact SELECT x.* FROM jsonb_populate_recordset(NULL::dossier_fact, p_rows) x;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
