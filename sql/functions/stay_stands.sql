-- stay_stands(stay, state_at, known_at) -> is it where the dossier stood at state_at (or, once ended, stood last), as known at known_at?
CREATE OR REPLACE FUNCTION stay_stands(s stay, p_state_at timestamptz, p_known_at timestamptz)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT s.entered_at <= p_state_at AND s.known_from <= p_known_at AND p_known_at < s.known_to
       AND (s.is_last OR p_state_at < s.left_at OR p_known_at < s.left_known_at)
$$;
