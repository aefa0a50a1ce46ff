-- event_year_place(year) -> where the table of its events is: attached (a partition of event), pending (PostgreSQL was stopped while it
-- detached it), detached (a table by itself, of which nothing was recorded yet), archive, absent
CREATE OR REPLACE FUNCTION event_year_place(p_year integer) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN i.inhdetachpending THEN 'pending' WHEN i.inhrelid IS NOT NULL THEN 'attached' WHEN t.id IS NOT NULL THEN 'detached'
                WHEN to_regclass('archive.event_' || p_year) IS NOT NULL THEN 'archive' ELSE 'absent' END
      FROM (SELECT to_regclass('public.event_' || p_year) AS id) t LEFT JOIN pg_inherits i ON i.inhrelid = t.id
$$;
