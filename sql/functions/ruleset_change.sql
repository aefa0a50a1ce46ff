-- ruleset_change(epoch, ruleset, first day, successor, decree, circular, names, values, officer, source, reason, before, after, at)
--   -> result: saved | stale_epoch | in_use; id of the change
-- Parameters that differ from a day on. A ruleset that has begun ends the day before and `successor` follows it with its
-- values and these; one whose first day this is, and which no dossier has, is changed in place (successor = its key).
-- A dossier keeps the ruleset of its receipt, so no edit moves what was decided.
CREATE OR REPLACE FUNCTION ruleset_change(p_epoch bigint, p_key text, p_on date, p_successor text, p_decree text,
    p_circular text, p_names text[], p_values text[], p_actor bigint, p_source text, p_reason text, p_before text,
    p_after text, p_at timestamptz)
RETURNS TABLE (result text, change bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_old ruleset;
    v_id  bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- edits one after another, and after the batches under way (epoch_bump)
    IF (SELECT s.epoch FROM setting s) <> p_epoch THEN
        RETURN QUERY SELECT 'stale_epoch'::text, 0::bigint;
        RETURN;
    END IF;
    SELECT * INTO STRICT v_old FROM ruleset r WHERE r.key = p_key;
    IF v_old.valid_from = p_on THEN
        IF EXISTS (SELECT FROM dossier x WHERE x.ruleset_id = v_old.id) THEN
            RETURN QUERY SELECT 'in_use'::text, 0::bigint;
            RETURN;
        END IF;
        v_id := v_old.id;
        UPDATE ruleset r SET decree = p_decree, circular = p_circular WHERE r.id = v_id;
    ELSE
        UPDATE ruleset r SET valid_to = p_on - 1 WHERE r.id = v_old.id;
        INSERT INTO ruleset (key, decree, circular, valid_from, valid_to)
        VALUES (p_successor, p_decree, p_circular, p_on, v_old.valid_to) RETURNING id INTO v_id;
        INSERT INTO ruleset_parameter (ruleset_id, name, value)
        SELECT v_id, p.name, p.value FROM ruleset_parameter p WHERE p.ruleset_id = v_old.id;
    END IF;
    INSERT INTO ruleset_parameter (ruleset_id, name, value)
    SELECT v_id, u.name, u.value FROM unnest(p_names, p_values) AS u (name, value)
    ON CONFLICT (ruleset_id, name) DO UPDATE SET value = excluded.value;
    RETURN QUERY SELECT 'saved'::text, reference_change_add('ruleset', p_successor, 'new_version', p_on, p_actor, p_source,
        p_reason, p_before, p_after, p_at);
END $$;
