-- form_set_save(epoch, key, name, first day, officer, source, reason, before, at) -> result: saved | stale_epoch; id of the change
-- Brings a form set into use for papers issued from a day on; the one in force until then ends the day before.
CREATE OR REPLACE FUNCTION form_set_save(p_epoch bigint, p_key text, p_name text, p_on date, p_actor bigint, p_source text,
    p_reason text, p_before text, p_at timestamptz)
RETURNS TABLE (result text, change bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- edits one after another, and after the batches under way (epoch_bump)
    IF (SELECT s.epoch FROM setting s) <> p_epoch THEN
        RETURN QUERY SELECT 'stale_epoch'::text, 0::bigint;
        RETURN;
    END IF;
    UPDATE form_set f SET valid_to = p_on - 1 WHERE f.valid_from < p_on AND (f.valid_to IS NULL OR f.valid_to >= p_on);
    INSERT INTO form_set (key, name, valid_from) VALUES (p_key, p_name, p_on);
    RETURN QUERY SELECT 'saved'::text, reference_change_add('form_set', p_key, 'add', p_on, p_actor, p_source, p_reason,
        p_before, p_name, p_at);
END $$;
