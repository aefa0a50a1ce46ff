-- retention_step(what, real_now, business_now, after, limit) -> how many went, where to go on (NULL: this rule is done, or not active)
CREATE OR REPLACE FUNCTION retention_step(p_what text, p_real timestamptz, p_business timestamptz, p_after bigint, p_limit integer)
RETURNS TABLE (n bigint, next bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_rule   retention_rule;
    v_before timestamptz;
BEGIN
    n := 0;
    SELECT * INTO v_rule FROM retention_rule WHERE what = p_what AND is_active;
    IF NOT FOUND THEN
        RETURN NEXT;
        RETURN;
    END IF;
    v_before := CASE WHEN p_what IN ('persons', 'messages') THEN p_business ELSE p_real END - make_interval(months => v_rule.keep_months);
    IF p_what = 'persons' THEN
        SELECT f.n, f.last INTO n, next FROM retention_forget(v_before, p_after, p_limit, p_real) f;
    ELSIF p_what = 'messages' THEN
        WITH gone AS (UPDATE outbox SET payload = '{}', error = NULL, reason = NULL
                       WHERE id IN (SELECT id FROM outbox WHERE recorded_at < v_before AND payload NOT IN ('', '{}') AND id > p_after
                                       AND state NOT IN ('waiting', 'sending') ORDER BY id LIMIT p_limit)
                      RETURNING id)
        SELECT count(*), max(id) INTO n, next FROM gone;
    ELSE
        n := retention_delete(p_what, v_before, p_limit);
        next := CASE WHEN n > 0 THEN 1 END;
    END IF;
    RETURN NEXT;
END $$;
