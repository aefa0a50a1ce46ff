-- event_year_list(ended_before) -> every filing year that has a table: where its events are, how many dossiers it has, and what stands
-- against detaching it now
--   place  event | closing (detaching was begun) | archive
-- One walk over all dossiers. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_list(p_ended_before date)
RETURNS TABLE (year integer, place text, dossiers bigint, open bigint, uncollected bigint, young bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH place AS (
        SELECT substr(c.relname, 7)::integer AS year, CASE WHEN y.year IS NULL THEN 'event' WHEN y.state = 'closing' THEN 'closing' ELSE 'archive' END AS place
          FROM pg_class c LEFT JOIN event_year y ON y.year = substr(c.relname, 7)::integer
         WHERE c.relname ~ '^event_[0-9]{4}$' AND c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'archive'::regnamespace)
    ), life AS (
        SELECT (d.id / 10000000000)::integer AS year, count(*) AS dossiers, count(*) FILTER (WHERE d.ended_at IS NULL AND NOT d.is_mistake) AS open,
               count(*) FILTER (WHERE d.state = 'done') AS uncollected, count(*) FILTER (WHERE d.ended_on >= p_ended_before) AS young
          FROM dossier d GROUP BY 1
    )
    SELECT p.year, p.place, coalesce(l.dossiers, 0), coalesce(l.open, 0), coalesce(l.uncollected, 0), coalesce(l.young, 0)
      FROM place p LEFT JOIN life l USING (year) ORDER BY p.year
$$;
