-- file_office_set(office, system, from_on, to_on, actor, source, reason, at) -> saved | overlap
-- An office reports by file from a day on (to_on NULL: until further notice). The same first day again replaces what stood;
-- `overlap`: another stretch of the same office has some of these days.
CREATE OR REPLACE FUNCTION file_office_set(p_office bigint, p_system text, p_from_on date, p_to_on date, p_actor bigint, p_source text,
    p_reason text, p_at timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_before text; v_office text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    IF EXISTS (SELECT FROM file_office WHERE office_id = p_office AND known_to = 'infinity' AND from_on <> p_from_on
                  AND daterange(from_on, to_on, '[]') && daterange(p_from_on, p_to_on, '[]')) THEN
        RETURN 'overlap';
    END IF;
    UPDATE file_office SET known_to = greatest(p_at, known_from) WHERE office_id = p_office AND from_on = p_from_on AND known_to = 'infinity'
    RETURNING system || ' ' || from_on || ' ' || coalesce(to_on::text, '') INTO v_before;
    INSERT INTO file_office (office_id, system, from_on, to_on, source, reason, entered_by, known_from)
    VALUES (p_office, p_system, p_from_on, p_to_on, p_source, p_reason, p_actor, p_at);
    SELECT key INTO STRICT v_office FROM office o WHERE o.id = p_office;
    PERFORM reference_change_add('office', v_office, 'report_by_file', p_from_on, p_actor, p_source, p_reason, coalesce(v_before, ''),
        p_system || ' ' || p_from_on || ' ' || coalesce(p_to_on::text, ''), p_at);
    RETURN 'saved';
END $$;
