-- event_year_finish(year, dossiers, events, sum, at) -> done | attached (its partition is one still)
-- The last step of detaching, once PostgreSQL has detached the partition: it goes to schema archive, event_ever shows it from there,
-- and the change is recorded, all in the caller's transaction. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_finish(p_year integer, p_dossiers bigint, p_events bigint, p_sum bytea, p_at timestamptz) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE y event_year;
BEGIN
    SELECT * INTO STRICT y FROM event_year WHERE year = p_year AND state = 'closing' FOR UPDATE;
    IF EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass('public.event_' || p_year)) THEN
        RETURN 'attached';
    END IF;
    PERFORM reference_change_add('event_year', p_year::text, 'detach', y.ended_before, y.actor_id, y.source, y.reason, '',
        jsonb_build_object('dossiers', p_dossiers, 'events', p_events, 'sum', encode(p_sum, 'hex'), 'ended_before', y.ended_before)::text, p_at);
    EXECUTE format('ALTER TABLE event_%s SET SCHEMA archive', p_year);
    UPDATE event_year SET state = 'detached', detached_at = p_at, n_dossiers = p_dossiers, n_events = p_events, sum = p_sum WHERE year = p_year;
    PERFORM event_year_view();
    RETURN 'done';
END $$;
