-- closing_version(closing) -> the version that is being prepared; NULL: the newest stands
CREATE OR REPLACE FUNCTION closing_version(p_id bigint) RETURNS integer LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN max(s.version) IS NULL THEN 1
                WHEN bool_or(r.closing_id IS NOT NULL AND s.version = (SELECT max(version) FROM closing_snapshot WHERE closing_id = p_id))
                THEN max(s.version) + 1 END
      FROM closing_snapshot s LEFT JOIN closing_reopening r ON r.closing_id = s.closing_id AND r.version = s.version
     WHERE s.closing_id = p_id
$$;
