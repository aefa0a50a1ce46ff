-- objective_change(id, version, action, to, offices, procedures, steps, evidence, reason, first day, officer, at)
--   -> result: saved | stale; version, job_id
-- Amends or withdraws a declared interval as the core decided on its `version`; what it said before stays in the log of edits.
-- action: amend | withdraw. Errors: none; an interval edited meanwhile is stale, and nothing is written.
CREATE OR REPLACE FUNCTION objective_change(p_id bigint, p_version bigint, p_action text, p_to timestamptz, p_offices bigint[],
    p_procedures text[], p_steps integer[], p_evidence text, p_reason text, p_on date, p_actor bigint, p_at timestamptz)
RETURNS TABLE (result text, version bigint, job_id bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    was objective_interval; o objective_interval; v_change bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    SELECT * INTO was FROM objective_interval x WHERE x.id = p_id AND x.version = p_version AND x.withdrawn_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN RETURN QUERY SELECT 'stale', NULL::bigint, NULL::bigint; RETURN; END IF;
    IF p_action = 'withdraw' THEN
        UPDATE objective_interval x SET withdrawn_at = p_at, withdrawal_reason = p_reason WHERE x.id = p_id RETURNING * INTO o;
    ELSE
        UPDATE objective_interval x
           SET to_at = p_to, offices = p_offices, procedures = p_procedures, steps = p_steps, evidence = p_evidence
         WHERE x.id = p_id RETURNING * INTO o;
    END IF;
    v_change := reference_change_add('objective', p_id::text, p_action, p_on, p_actor, coalesce(nullif(o.evidence, ''), '-'), p_reason, objective_text(was),
                                     objective_text(o), p_at);
    UPDATE objective_interval x SET version = v_change WHERE x.id = p_id;
    RETURN QUERY SELECT 'saved', v_change, objective_job(was, o, v_change, p_actor, p_at);
END $$;
