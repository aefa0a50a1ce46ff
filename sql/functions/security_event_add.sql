-- security_event_add(at, officer, kind, by, address, detail): one line of what happened to a login, by the real clock
CREATE OR REPLACE FUNCTION security_event_add(p_at timestamptz, p_officer bigint, p_kind text, p_by bigint, p_address text, p_detail text)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO security_event (at, officer_id, kind, by_officer, address, detail)
    VALUES (p_at, p_officer, p_kind, p_by, coalesce(p_address, ''), coalesce(p_detail, ''));
END $$;
