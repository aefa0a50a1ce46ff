-- retention_persons(before, after person, limit) -> persons that may be forgotten, in order of id: known since before, and every dossier
-- of theirs ended before
CREATE OR REPLACE FUNCTION retention_persons(p_before timestamptz, p_after bigint, p_limit bigint)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT p.id FROM person p
     WHERE p.id > p_after
       AND EXISTS (SELECT FROM person_version v WHERE v.person_id = p.id AND v.forgotten_at IS NULL)
       AND NOT EXISTS (SELECT FROM person_version v WHERE v.person_id = p.id AND v.recorded_at >= p_before)
       AND NOT EXISTS (SELECT FROM dossier_person x JOIN dossier d ON d.id = x.dossier_id
                        WHERE x.person_id = p.id AND (d.ended_at IS NULL OR d.ended_at >= p_before))
     ORDER BY p.id LIMIT p_limit;
END $$;
