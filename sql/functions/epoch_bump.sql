-- epoch_bump() -> the new epoch
-- To be called in the transaction of every edit of calendars, rulesets, procedures, offices and rights.
CREATE OR REPLACE FUNCTION epoch_bump() RETURNS bigint
LANGUAGE sql SET search_path = public, pg_temp AS $$
    UPDATE setting SET epoch = epoch + 1 RETURNING epoch;
$$;
