-- stays_of(dossier, state_at, known_at) -> where it stood at that moment, or stood last, as known then: step (stay_place) and officer
-- Two halves, so that it is found in the indexes of both.
CREATE OR REPLACE FUNCTION stays_of(p_dossier bigint, p_state_at timestamptz, p_known_at timestamptz)
RETURNS TABLE (place bigint, officer_id bigint) LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT stay_place(s), s.officer_id FROM stay s
     WHERE s.known_to = 'infinity' AND s.dossier_id = p_dossier AND stay_stands(s, p_state_at, p_known_at)
    UNION ALL
    SELECT stay_place(s), s.officer_id FROM stay s
     WHERE s.known_to <> 'infinity' AND s.dossier_id = p_dossier AND stay_stands(s, p_state_at, p_known_at)
$$;
