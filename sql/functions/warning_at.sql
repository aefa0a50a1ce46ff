-- warning_at(warning, risk_at, certain_at, late_at, now) -> the level at this instant
-- A dossier's cached warning is that of its newest event, and beside it stand the instants at which it turns if nothing
-- happens: so the level of any later instant is known without an event and without the calendar (engine/domain/lateness.h).
CREATE OR REPLACE FUNCTION warning_at(p_warning text, p_risk_at timestamptz, p_certain_at timestamptz, p_late_at timestamptz,
    p_now timestamptz)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT CASE WHEN p_warning = 'overdue' OR p_late_at <= p_now THEN 'overdue'
                WHEN p_warning = 'certain' OR p_certain_at <= p_now THEN 'certain'
                WHEN p_warning = 'at_risk' OR p_risk_at <= p_now THEN 'at_risk'
                ELSE 'fine' END
$$;
