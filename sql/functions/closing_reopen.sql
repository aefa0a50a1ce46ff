-- closing_reopen(id, reason, actor, at) -> false: no version stands
-- Opens the newest version again; it stays as it is.
CREATE OR REPLACE FUNCTION closing_reopen(p_id bigint, p_reason text, p_actor bigint, p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE c closing; v_version integer;
BEGIN
    SELECT * INTO STRICT c FROM closing WHERE id = p_id;
    PERFORM FROM office WHERE id = c.office_id FOR UPDATE;
    IF closing_version(p_id) IS NOT NULL THEN
        RETURN false;
    END IF;
    SELECT max(version) INTO v_version FROM closing_snapshot WHERE closing_id = p_id;
    INSERT INTO closing_reopening (closing_id, version, reason, reopened_by, reopened_at) VALUES (p_id, v_version, p_reason, p_actor, p_at);
    PERFORM reference_change_add('closing', (SELECT key FROM office WHERE id = c.office_id), 'reopen', c.to_on, p_actor,
        c.from_on || ' - ' || c.to_on, p_reason, 'version ' || v_version, '', p_at);
    RETURN true;
END $$;
