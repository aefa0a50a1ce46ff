-- chasing_slip_add(office, issuer, from, to, as_of, known_at, late_done, late_open, answer_by, year, symbol, signer, data, officer, at) -> id, is_new
-- Issues a slip and gives it the next number of the issuer's register, in one transaction; the slip of the same office and period, where
-- there is one already: whoever asks twice, after a kill or beside another daemon, issues once. No number where the register is kept outside.
CREATE OR REPLACE FUNCTION chasing_slip_add(p_office bigint, p_issuer bigint, p_from date, p_to date, p_as_of timestamptz, p_known_at timestamptz,
    p_late_done integer, p_late_open integer, p_answer_by date, p_year integer, p_symbol text, p_signer bigint, p_data text, p_officer bigint,
    p_at timestamptz)
RETURNS TABLE (id bigint, is_new boolean) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_id bigint; v_number bigint;
BEGIN
    INSERT INTO register (office_id, year, symbol) VALUES (p_issuer, p_year, p_symbol) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM register g WHERE g.office_id = p_issuer AND g.year = p_year AND g.symbol = p_symbol FOR NO KEY UPDATE;
    -- Another issuer's slip does not wait for this register: the constraint catches it, and all is undone.
    SELECT s.id INTO v_id FROM chasing_slip s WHERE s.office_id = p_office AND s.from_on = p_from AND s.to_on = p_to;
    IF v_id IS NOT NULL THEN
        RETURN QUERY SELECT v_id, false;
        RETURN;
    END IF;
    UPDATE register g SET last = g.last + 1
     WHERE g.office_id = p_issuer AND g.year = p_year AND g.symbol = p_symbol AND NOT g.is_outside RETURNING g.last INTO v_number;
    INSERT INTO chasing_slip (office_id, issuer_id, from_on, to_on, as_of, known_at, late_done, late_open, answer_by, register_year,
        register_symbol, number, signer_id, data, issued_by, issued_at)
    VALUES (p_office, p_issuer, p_from, p_to, p_as_of, p_known_at, p_late_done, p_late_open, p_answer_by, p_year, p_symbol, v_number,
        p_signer, p_data, p_officer, p_at) RETURNING chasing_slip.id INTO v_id;
    IF v_number IS NOT NULL THEN
        INSERT INTO register_entry (office_id, year, symbol, number, slip_id, entered_at)
        VALUES (p_issuer, p_year, p_symbol, v_number, v_id, p_at);
    END IF;
    RETURN QUERY SELECT v_id, true;
END $$;
