-- closing_prepare(office, from, to, actor, at) -> id, result, other_from, other_to
-- result: saved (new, or the draft that was there), overlaps (the office closed other_from .. other_to, which has days of it).
CREATE OR REPLACE FUNCTION closing_prepare(p_office bigint, p_from date, p_to date, p_actor bigint, p_at timestamptz)
RETURNS TABLE (id bigint, result text, other_from date, other_to date) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE o closing; v_id bigint;
BEGIN
    PERFORM FROM office x WHERE x.id = p_office FOR UPDATE; -- one after another for each office
    SELECT c.* INTO o FROM closing c
     WHERE c.office_id = p_office AND c.from_on <= p_to AND c.to_on >= p_from AND (c.from_on, c.to_on) <> (p_from, p_to)
       AND EXISTS (SELECT FROM closing_snapshot s WHERE s.closing_id = c.id)
     ORDER BY c.from_on LIMIT 1;
    IF FOUND THEN
        RETURN QUERY SELECT NULL::bigint, 'overlaps', o.from_on, o.to_on; RETURN;
    END IF;
    INSERT INTO closing (office_id, from_on, to_on, prepared_by, prepared_at) VALUES (p_office, p_from, p_to, p_actor, p_at)
    ON CONFLICT (office_id, from_on, to_on) DO NOTHING RETURNING closing.id INTO v_id;
    IF v_id IS NULL THEN
        SELECT c.id INTO STRICT v_id FROM closing c WHERE c.office_id = p_office AND c.from_on = p_from AND c.to_on = p_to;
    END IF;
    RETURN QUERY SELECT v_id, 'saved', NULL::date, NULL::date;
END $$;
