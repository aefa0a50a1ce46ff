-- form_template_save(epoch, form, office, text id, text, officer, day, source, reason, before, at) -> result: saved | stale_epoch; id of the change
-- Puts a template into force for an office (NULL: every office without its own); a text of NULL is the built-in one again.
CREATE OR REPLACE FUNCTION form_template_save(p_epoch bigint, p_form text, p_office bigint, p_text_id text, p_text text,
    p_actor bigint, p_on date, p_source text, p_reason text, p_before text, p_at timestamptz)
RETURNS TABLE (result text, change bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- edits one after another, and after the batches under way (epoch_bump)
    IF (SELECT s.epoch FROM setting s) <> p_epoch THEN
        RETURN QUERY SELECT 'stale_epoch'::text, 0::bigint;
        RETURN;
    END IF;
    IF p_text_id IS NOT NULL THEN
        INSERT INTO form_text (id, text) VALUES (p_text_id, p_text) ON CONFLICT DO NOTHING;
    END IF;
    INSERT INTO form_template (form, office_id, text_id, officer_id, saved_at)
    VALUES (p_form, p_office, p_text_id, p_actor, p_at);
    RETURN QUERY SELECT 'saved'::text, reference_change_add('form_template', p_form, 'replace', p_on, p_actor, p_source, p_reason,
        p_before, coalesce(p_text_id, ''), p_at);
END $$;
