-- office_merge(from, to, effective_on, actor, source, reason, at, key) -> the job that moves what is open, or why not
-- Ends offices on the eve of a day and names their successors: roles go on at the successor, registers are closed, and the
-- job that passes the open dossiers on is ordered in the same transaction. The same merger again gives the job that exists.
-- result: ordered | under_way (another merger is) | ended (one of them ended otherwise: its key in `about`) | child (a living
-- office below one of them is not in the plan: its key).
-- Source: law:office-succession, law:two-levels.
CREATE OR REPLACE FUNCTION office_merge(p_from bigint[], p_to bigint[], p_effective_on date, p_actor bigint, p_source text,
    p_reason text, p_at timestamptz, p_key text)
RETURNS TABLE (result text, job_id bigint, about text) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    r record; j job; v_changes jsonb := '[]'; v_change bigint; v_key text;
BEGIN
    PERFORM epoch_bump(); -- waits for the batches under way; then nothing new reaches an office that ends here
    SELECT * INTO j FROM job WHERE kind = 'office_merger' AND key = p_key;
    IF FOUND THEN RETURN QUERY SELECT 'ordered', j.id, ''; RETURN; END IF;
    IF EXISTS (SELECT FROM job WHERE kind = 'office_merger' AND state <> 'done') THEN
        RETURN QUERY SELECT 'under_way', NULL::bigint, ''; RETURN;
    END IF;
    SELECT o.key INTO v_key FROM office o WHERE o.id = ANY (p_from || p_to) AND o.valid_to IS NOT NULL ORDER BY o.id LIMIT 1;
    IF FOUND THEN RETURN QUERY SELECT 'ended', NULL::bigint, v_key; RETURN; END IF;
    SELECT o.key INTO v_key FROM office o
     WHERE o.parent_id = ANY (p_from) AND o.id <> ALL (p_from) AND o.valid_to IS NULL ORDER BY o.id LIMIT 1;
    IF FOUND THEN RETURN QUERY SELECT 'child', NULL::bigint, v_key; RETURN; END IF;
    FOR r IN SELECT o.id AS from_id, s.id AS to_id, o.key AS from_key, s.key AS to_key, row_to_json(o)::text AS was
               FROM unnest(p_from, p_to) u (f, t) JOIN office o ON o.id = u.f JOIN office s ON s.id = u.t ORDER BY o.id LOOP
        v_change := reference_change_add('office', r.from_key, 'succeed', p_effective_on, p_actor, p_source, p_reason, r.was,
                                         r.to_key, p_at);
        UPDATE office SET valid_to = p_effective_on - 1, successor_id = r.to_id WHERE id = r.from_id;
        v_changes := v_changes || jsonb_build_object('from', r.from_id, 'to', r.to_id, 'change', v_change);
    END LOOP;
    INSERT INTO officer_role (officer_id, role, office_id)
    SELECT DISTINCT x.officer_id, x.role, u.t FROM officer_role x JOIN unnest(p_from, p_to) u (f, t) ON x.office_id = u.f
     WHERE x.ended_on IS NULL ORDER BY 1, 2, 3
    ON CONFLICT (officer_id, role, office_id) DO UPDATE SET ended_on = NULL;
    UPDATE officer_role SET ended_on = p_effective_on - 1 WHERE office_id = ANY (p_from) AND ended_on IS NULL;
    UPDATE register SET closed_on = p_effective_on - 1 WHERE office_id = ANY (p_from) AND closed_on IS NULL;
    j := job_add('office_merger', p_key,
                 jsonb_build_object('effective_on', p_effective_on, 'changes', v_changes)::text, p_actor, p_at);
    RETURN QUERY SELECT 'ordered', j.id, '';
END $$;
