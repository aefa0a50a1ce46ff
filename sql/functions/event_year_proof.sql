-- event_year_proof(year) -> where its table hangs (attached, pending: PostgreSQL was stopped while it detached it, detached), what it has, its
-- sum, how much in it does not follow (event_year_faults), and whether it is what was counted when it was detached (NULL: it was not)
-- Two walks over the events of the year. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_proof(p_year integer, OUT place text, OUT n_dossiers bigint, OUT n_events bigint, OUT sum bytea, OUT faults bigint,
    OUT is_as_counted boolean)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    place := event_year_place(p_year);
    IF place = 'absent' THEN
        RETURN;
    END IF;
    SELECT s.n_dossiers, s.n_events, s.sum INTO n_dossiers, n_events, sum FROM event_year_sum(p_year) s;
    faults := (SELECT f.events + f.dossiers FROM event_year_faults(p_year) f);
    is_as_counted := (SELECT (y.n_dossiers, y.n_events, y.sum) = (event_year_proof.n_dossiers, event_year_proof.n_events, event_year_proof.sum)
                        FROM event_year y WHERE y.year = p_year AND y.state = 'detached');
END $$;
