-- event_year_begin(year, ended_before, officer, source, reason, at) -> begun | again (it was begun before and goes on) | detached (it is) | absent
-- From now on nothing is written to the year: whoever tries is refused (VD009). Daemons that know nothing of detached years are
-- turned away as soon as they connect. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_begin(p_year integer, p_ended_before date, p_officer bigint, p_source text, p_reason text, p_at timestamptz)
RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_state text;
BEGIN
    SELECT state INTO v_state FROM event_year WHERE year = p_year FOR UPDATE;
    IF FOUND THEN
        RETURN CASE v_state WHEN 'closing' THEN 'again' ELSE 'detached' END;
    END IF;
    IF to_regclass('event_' || p_year) IS NULL THEN
        RETURN 'absent';
    END IF;
    INSERT INTO event_year (year, actor_id, source, reason, ended_before, begun_at) VALUES (p_year, p_officer, p_source, p_reason, p_ended_before, p_at);
    EXECUTE format('CREATE TRIGGER event_year_is_detached BEFORE INSERT ON event_%s FOR EACH ROW EXECUTE FUNCTION event_year_refuse()', p_year);
    UPDATE setting SET daemon_min = greatest(daemon_min, 55);
    RETURN 'begun';
END $$;
