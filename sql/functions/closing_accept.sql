-- closing_accept(id, kind, key, reason, actor, today, at, state_at, known_at, offices, unreported) -> how many were accepted; -1: the version stands
-- The word of a leader on one thing that stands in the way, or (key NULL) on all of a kind that stand now and have none yet.
CREATE OR REPLACE FUNCTION closing_accept(p_id bigint, p_kind text, p_key text, p_reason text, p_actor bigint, p_today date, p_at timestamptz,
    p_state_at timestamptz, p_known_at timestamptz, p_offices bigint[], p_unreported bigint[])
RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE c closing; v_version integer; v_n integer;
BEGIN
    SELECT * INTO STRICT c FROM closing WHERE id = p_id;
    PERFORM FROM office WHERE id = c.office_id FOR UPDATE;
    v_version := closing_version(p_id);
    IF v_version IS NULL THEN
        RETURN -1;
    END IF;
    INSERT INTO closing_word (closing_id, version, kind, key, reason, given_by, given_at)
    SELECT p_id, v_version, o.kind, o.key, p_reason, p_actor, p_at
      FROM closing_obstacles(c.from_on, c.to_on, p_state_at, p_known_at, p_at, p_today, p_offices, p_unreported) o
     WHERE o.kind = p_kind AND (p_key IS NULL OR o.key = p_key)
    ON CONFLICT (closing_id, version, kind, key) DO NOTHING;
    GET DIAGNOSTICS v_n = ROW_COUNT;
    IF v_n > 0 THEN
        PERFORM reference_change_add('closing', (SELECT key FROM office WHERE id = c.office_id), 'accept', c.to_on, p_actor,
            c.from_on || ' - ' || c.to_on, p_reason, '', p_kind || ' ' || coalesce(p_key, '*') || ' ' || v_n, p_at);
    END IF;
    RETURN v_n;
END $$;
