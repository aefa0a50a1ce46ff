-- event_year_view()
-- Makes event_ever anew: event, and the table of each detached year, which says of itself which ids it has, so that who asks for others
-- passes it by. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_view() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE 'CREATE OR REPLACE VIEW event_ever AS SELECT dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash FROM event'
        || coalesce((SELECT string_agg(format(' UNION ALL SELECT dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash FROM archive.event_%s'
                                              ' WHERE dossier_id >= %s AND dossier_id < %s', year, year * 10000000000, (year + 1) * 10000000000), '' ORDER BY year)
                       FROM event_year WHERE state = 'detached'), '');
END $$;
