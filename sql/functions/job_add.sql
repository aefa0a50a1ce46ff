-- job_add(kind, key, parameters, created_by, created_at) -> the job
-- Orders long work, once for each kind and key: the same key again gives the job that exists. To be called in the
-- transaction of whatever the work follows from (an edit of a calendar), so that neither is ever without the other.
CREATE OR REPLACE FUNCTION job_add(p_kind text, p_key text, p_parameters text, p_created_by bigint, p_created_at timestamptz)
RETURNS job LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE j job;
BEGIN
    INSERT INTO job (kind, key, parameters, created_by, created_at)
    VALUES (p_kind, p_key, p_parameters, p_created_by, p_created_at)
    ON CONFLICT (kind, key) DO NOTHING RETURNING * INTO j;
    IF NOT FOUND THEN
        SELECT * INTO STRICT j FROM job WHERE kind = p_kind AND key = p_key;
    END IF;
    RETURN j;
END $$;
