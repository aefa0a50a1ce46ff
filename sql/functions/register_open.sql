-- register_open(office, year, symbol, began after, outside, officer, day, key, source, reason, at) -> result: saved | in_use; last number
-- Opens a register before its first number: after the last number of a paper book, or as one that is numbered elsewhere.
CREATE OR REPLACE FUNCTION register_open(p_office bigint, p_year integer, p_symbol text, p_began_after bigint, p_is_outside boolean,
    p_actor bigint, p_on date, p_key text, p_source text, p_reason text, p_at timestamptz)
RETURNS TABLE (result text, last bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    g register%ROWTYPE;
BEGIN
    INSERT INTO register (office_id, year, symbol) VALUES (p_office, p_year, p_symbol) ON CONFLICT DO NOTHING;
    SELECT r.* INTO g FROM register r WHERE r.office_id = p_office AND r.year = p_year AND r.symbol = p_symbol FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM register_entry e WHERE e.office_id = p_office AND e.year = p_year AND e.symbol = p_symbol) THEN
        RETURN QUERY SELECT 'in_use'::text, greatest(g.last, (SELECT max(e.number) FROM register_entry e
                             WHERE e.office_id = p_office AND e.year = p_year AND e.symbol = p_symbol));
        RETURN;
    END IF;
    UPDATE register r SET began_after = p_began_after, last = p_began_after, is_outside = p_is_outside
     WHERE r.office_id = p_office AND r.year = p_year AND r.symbol = p_symbol;
    PERFORM reference_change_add('register', p_key, 'replace', p_on, p_actor, p_source, p_reason,
        g.began_after || CASE WHEN g.is_outside THEN ' outside' ELSE '' END,
        p_began_after || CASE WHEN p_is_outside THEN ' outside' ELSE '' END, p_at);
    RETURN QUERY SELECT 'saved'::text, p_began_after;
END $$;
