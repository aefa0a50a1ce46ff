-- fact_is_overdue(fact, state_at, state_on) -> is it open and past its promise at state_at, on the day state_on?
-- A date is judged by date, an instant by instant; waiting stays in time unless it was overdue before.
CREATE OR REPLACE FUNCTION fact_is_overdue(x dossier_fact, p_state_at timestamptz, p_state_on date)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT CASE WHEN x.ended_on IS NOT NULL THEN false
                WHEN x.is_waiting THEN x.was_overdue_before_wait
                WHEN x.due_at IS NULL THEN false
                WHEN x.due_is_instant THEN p_state_at > x.due_at
                ELSE p_state_on > x.due_on END
$$;
