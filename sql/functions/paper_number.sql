-- paper_number(dossier, kind, ordinal, office, year, symbol, at) -> the number of a paper that is no letter, NULL where they are given outside
-- Gives a paper the next number of its register, once: whoever asks again, after a kill or beside another daemon, gets the same one.
CREATE OR REPLACE FUNCTION paper_number(p_dossier bigint, p_kind text, p_ordinal integer, p_office bigint, p_year integer, p_symbol text,
    p_at timestamptz) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_number bigint;
BEGIN
    INSERT INTO register (office_id, year, symbol) VALUES (p_office, p_year, p_symbol) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM register g WHERE g.office_id = p_office AND g.year = p_year AND g.symbol = p_symbol FOR NO KEY UPDATE;
    SELECT e.number INTO v_number FROM register_entry e
     WHERE e.dossier_id = p_dossier AND e.kind = p_kind AND e.ordinal = p_ordinal;
    IF v_number IS NOT NULL THEN
        RETURN v_number;
    END IF;
    UPDATE register g SET last = g.last + 1
     WHERE g.office_id = p_office AND g.year = p_year AND g.symbol = p_symbol AND NOT g.is_outside RETURNING g.last INTO v_number;
    IF v_number IS NOT NULL THEN
        INSERT INTO register_entry (office_id, year, symbol, number, dossier_id, kind, ordinal, entered_at)
        VALUES (p_office, p_year, p_symbol, v_number, p_dossier, p_kind, p_ordinal, p_at);
    END IF;
    RETURN v_number;
END $$;
