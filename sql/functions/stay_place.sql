-- stay_place(stay) -> the step as one number, case x 100 + step; 0: at no step of a procedure
CREATE OR REPLACE FUNCTION stay_place(s stay)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT CASE WHEN s.step > 0 AND s.case_id IS NOT NULL THEN s.case_id * 100 + s.step ELSE 0 END
$$;
