-- event_year_undo(year)
-- Detaching that was begun is given up: the year is written to as before. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_undo(p_year integer) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM event_year WHERE year = p_year AND state = 'closing';
    IF FOUND THEN
        EXECUTE format('DROP TRIGGER event_year_is_detached ON event_%s', p_year);
    END IF;
END $$;
