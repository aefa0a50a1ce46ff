-- office_calendars() -> per office the calendar it works by: its own, or the nearest one up the line; NULL where there is none
CREATE OR REPLACE FUNCTION office_calendars() RETURNS TABLE (office_id bigint, calendar_id bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE down AS (
        SELECT o.id, o.calendar_id FROM office o WHERE o.parent_id IS NULL
        UNION ALL
        SELECT o.id, coalesce(o.calendar_id, d.calendar_id) FROM office o JOIN down d ON o.parent_id = d.id)
    SELECT id, calendar_id FROM down
$$;
