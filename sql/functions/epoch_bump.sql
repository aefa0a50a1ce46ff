-- epoch_bump() -> the new epoch
-- To be called in the transaction of every edit of calendars, rulesets, procedures, offices and rights.
-- Batches of decisions hold this advisory lock shared (apply_decisions), so an edit waits out those under way, and whoever
-- looks for the dossiers concerned after the edit has committed sees every one that was decided on the old epoch.
CREATE OR REPLACE FUNCTION epoch_bump() RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_epoch bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1);
    UPDATE setting SET epoch = epoch + 1 RETURNING epoch INTO v_epoch;
    RETURN v_epoch;
END $$;
