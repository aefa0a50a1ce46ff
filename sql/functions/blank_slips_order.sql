-- blank_slips_order(office, identifier, day, year, n, officer, at, key) -> id of the batch, is_new
-- Takes the next n codes of an identifier and day, as apply_decisions() does for dossiers, and an id for each. The same order sent again
-- (same officer, same key) gets the same batch. No row: the day's serials are used up.
-- Source: law:blank-slip, law:dossier-code.
CREATE OR REPLACE FUNCTION blank_slips_order(p_office bigint, p_identifier text, p_day text, p_year integer, p_n integer, p_officer bigint,
    p_at timestamptz, p_key text)
RETURNS TABLE (id bigint, is_new boolean) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_batch bigint; v_last integer; v_id bigint;
    v_digits constant integer := CASE length(p_day) WHEN 6 THEN 4 ELSE 7 END; -- of the serial, as apply_decisions() has it
BEGIN
    INSERT INTO code_serial (identifier, day) VALUES (p_identifier, p_day) ON CONFLICT DO NOTHING;
    -- One order at a time for this identifier and day, and no dossier between its codes.
    SELECT c.last INTO v_last FROM code_serial c WHERE c.identifier = p_identifier AND c.day = p_day FOR NO KEY UPDATE;
    SELECT b.id INTO v_batch FROM blank_slip_batch b WHERE b.ordered_by = p_officer AND b.request_key = p_key;
    IF v_batch IS NOT NULL THEN
        RETURN QUERY SELECT v_batch, false;
        RETURN;
    END IF;
    IF length((v_last + p_n)::text) > v_digits THEN
        RETURN;
    END IF;
    UPDATE code_serial c SET last = c.last + p_n WHERE c.identifier = p_identifier AND c.day = p_day;
    v_id := id_block('dossier:' || p_year, p_n) - p_n;
    INSERT INTO blank_slip_batch (office_id, ordered_by, ordered_at, request_key) VALUES (p_office, p_officer, p_at, p_key)
    RETURNING blank_slip_batch.id INTO v_batch;
    INSERT INTO blank_slip (code, batch_id, ordinal, office_id, dossier_id)
    SELECT p_identifier || '-' || p_day || '-' || lpad((v_last + i)::text, v_digits, '0'), v_batch, i, p_office, v_id + i
      FROM generate_series(1, p_n) i;
    RETURN QUERY SELECT v_batch, true;
END $$;
