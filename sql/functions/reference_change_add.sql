-- reference_change_add(kind, key, action, effective_on, actor, source, reason, before, after, at) -> id of the change
-- Records an edit of reference data and bumps the epoch; to be called in the transaction of the edit, by the function
-- that makes it. The row of setting is the lock: edits are made one after another, and the chain has no fork.
-- The canonical text is the ten values, each preceded by its length in bytes and a colon.
CREATE OR REPLACE FUNCTION reference_change_add(p_kind text, p_key text, p_action text, p_effective_on date, p_actor bigint,
    p_source text, p_reason text, p_before text, p_after text, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_last bytea;
    v_text text;
    v_id   bigint;
BEGIN
    PERFORM epoch_bump(); -- takes the row's lock first: two administrators may save in the same second
    SELECT hash INTO v_last FROM reference_change ORDER BY id DESC LIMIT 1;
    SELECT string_agg(octet_length(v) || ':' || v, '' ORDER BY n) INTO v_text
      FROM unnest(ARRAY[p_kind, p_key, p_action, p_effective_on::text, p_actor::text, p_source, p_reason, p_before, p_after,
                        (extract(epoch FROM p_at) * 1000000)::bigint::text]) WITH ORDINALITY AS u (v, n);
    INSERT INTO reference_change (kind, key, action, effective_on, actor_id, source, reason, before, after, recorded_at, hash)
    VALUES (p_kind, p_key, p_action, p_effective_on, p_actor, p_source, p_reason, p_before, p_after, p_at,
            sha256(coalesce(v_last, decode(repeat('00', 32), 'hex')) || convert_to(v_text, 'UTF8')))
    RETURNING id INTO v_id;
    RETURN v_id;
END $$;
