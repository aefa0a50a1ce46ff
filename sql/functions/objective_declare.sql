-- objective_declare(kind, from, to, offices, procedures, steps, dossier, evidence, reason, first day, officer, at)
--   -> id, version, job_id
-- Declares an objective interval, records the edit, and orders the job that finds again the cause of the dossiers concerned; all
-- or nothing. The same declaration again, while it stands, gives the one that exists: whoever asks twice declares once.
CREATE OR REPLACE FUNCTION objective_declare(p_kind text, p_from timestamptz, p_to timestamptz, p_offices bigint[],
    p_procedures text[], p_steps integer[], p_dossier bigint, p_evidence text, p_reason text, p_on date, p_actor bigint,
    p_at timestamptz)
RETURNS TABLE (id bigint, version bigint, job_id bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    o objective_interval; v_change bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- that of epoch_bump(): edits are made one after another
    SELECT * INTO o FROM objective_interval x
     WHERE x.withdrawn_at IS NULL AND x.kind = p_kind AND x.from_at = p_from AND x.to_at IS NOT DISTINCT FROM p_to
       AND x.offices = p_offices AND x.procedures = p_procedures AND x.steps = p_steps
       AND x.dossier_id IS NOT DISTINCT FROM p_dossier AND x.evidence = p_evidence ORDER BY x.id LIMIT 1;
    IF FOUND THEN
        RETURN QUERY SELECT o.id, o.version, (SELECT j.id FROM job j WHERE j.kind = 'objective_apply' AND j.key = 'change-' || o.version);
        RETURN;
    END IF;
    INSERT INTO objective_interval (kind, from_at, to_at, offices, procedures, steps, dossier_id, evidence, note, declared_by, recorded_at)
    VALUES (p_kind, p_from, p_to, p_offices, p_procedures, p_steps, p_dossier, p_evidence, p_reason, p_actor, p_at)
    RETURNING * INTO o;
    v_change := reference_change_add('objective', o.id::text, 'declare', p_on, p_actor, coalesce(nullif(p_evidence, ''), '-'), p_reason, '', objective_text(o), p_at);
    UPDATE objective_interval x SET version = v_change WHERE x.id = o.id;
    RETURN QUERY SELECT o.id, v_change, objective_job(o, o, v_change, p_actor, p_at);
END $$;
