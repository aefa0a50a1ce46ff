-- procedure_end(epoch, key, last day, text before, officer, source, reason, at) -> result: saved | stale_epoch; id of the change
-- Ends the version of a procedure in force on a day; dossiers received until then keep it.
CREATE OR REPLACE FUNCTION procedure_end(p_epoch bigint, p_key text, p_last_on date, p_before text, p_actor bigint,
    p_source text, p_reason text, p_at timestamptz)
RETURNS TABLE (result text, change bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- edits one after another, and after the batches under way (epoch_bump)
    IF (SELECT s.epoch FROM setting s) <> p_epoch THEN
        RETURN QUERY SELECT 'stale_epoch'::text, 0::bigint;
        RETURN;
    END IF;
    UPDATE procedure_version v SET valid_to = p_last_on
     WHERE v.key = p_key AND v.valid_from <= p_last_on AND (v.valid_to IS NULL OR v.valid_to >= p_last_on);
    RETURN QUERY SELECT 'saved'::text, reference_change_add('procedure', p_key, 'end', p_last_on, p_actor, p_source, p_reason,
        p_before, p_last_on::text, p_at);
END $$;
