-- event_year_attach(year, officer, source, reason, at, today) -> attached | absent (it is not detached)
-- Puts a detached year back: its table becomes a partition of event again, which by the constraint that it kept needs no walk, and
-- the change is recorded, all in the caller's transaction. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_attach(p_year integer, p_officer bigint, p_source text, p_reason text, p_at timestamptz, p_today date) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE y event_year;
BEGIN
    SELECT * INTO y FROM event_year WHERE year = p_year AND state = 'detached' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'absent';
    END IF;
    PERFORM reference_change_add('event_year', p_year::text, 'attach', p_today, p_officer, p_source, p_reason,
        jsonb_build_object('dossiers', y.n_dossiers, 'events', y.n_events, 'sum', encode(y.sum, 'hex'), 'ended_before', y.ended_before)::text, '', p_at);
    DELETE FROM event_year WHERE year = p_year;
    PERFORM event_year_view(); -- before the table changes its place: it may not be shown twice
    EXECUTE format('DROP TRIGGER event_year_is_detached ON archive.event_%s', p_year);
    EXECUTE format('ALTER TABLE archive.event_%s SET SCHEMA public', p_year);
    EXECUTE format('ALTER TABLE event ATTACH PARTITION event_%s FOR VALUES FROM (%s) TO (%s)', p_year, p_year * 10000000000,
                   (p_year + 1) * 10000000000);
    RETURN 'attached';
END $$;
