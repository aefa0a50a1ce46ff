-- session_revoke(id, owner, by, address, at) -> token hash of the session or API token that ended; owner NULL: anybody's
CREATE OR REPLACE FUNCTION session_revoke(p_id text, p_owner bigint, p_by bigint, p_address text, p_at timestamptz)
RETURNS TABLE (token_hash bytea) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE s session%ROWTYPE;
BEGIN
    DELETE FROM session x WHERE x.id = p_id AND (p_owner IS NULL OR x.officer_id = p_owner) RETURNING x.* INTO s;
    IF NOT FOUND THEN RETURN; END IF;
    PERFORM security_event_add(p_at, s.officer_id, CASE s.kind WHEN 'token' THEN 'token_revoked' ELSE 'session_revoked' END, p_by,
        p_address, coalesce(s.name, s.kind));
    RETURN QUERY SELECT s.token_hash;
END $$;
