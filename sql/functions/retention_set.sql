-- retention_set(what, keep_months, is_active, actor, source, reason, effective_on, now) -> id of the edit in the log; NULL: no such rule
CREATE OR REPLACE FUNCTION retention_set(p_what text, p_months integer, p_active boolean, p_actor bigint, p_source text, p_reason text,
    p_on date, p_now timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_old retention_rule;
    v_id  bigint;
BEGIN
    SELECT * INTO v_old FROM retention_rule WHERE what = p_what FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_id := reference_change_add('retention', p_what, 'change', p_on, p_actor, p_source, p_reason,
        json_build_object('keep_months', v_old.keep_months, 'is_active', v_old.is_active)::text,
        json_build_object('keep_months', coalesce(p_months, v_old.keep_months), 'is_active', coalesce(p_active, v_old.is_active))::text, p_now);
    UPDATE retention_rule SET keep_months = coalesce(p_months, keep_months), is_active = coalesce(p_active, is_active) WHERE what = p_what;
    RETURN v_id;
END $$;
