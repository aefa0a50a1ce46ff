-- office_end(key, last_on, actor, source, reason, at) -> change, result, how many stand against it
-- Ends an office that leaves nothing behind; one with open dossiers or offices below it is merged instead.
-- result: ended | already | dossiers | offices. Its roles end with it and its registers are closed.
CREATE OR REPLACE FUNCTION office_end(p_key text, p_last_on date, p_actor bigint, p_source text, p_reason text, p_at timestamptz)
RETURNS TABLE (change bigint, result text, n bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    o office; v_n bigint; v_change bigint;
BEGIN
    -- The edit comes first: it waits for the batches under way, so that what is counted afterwards is all there is.
    PERFORM epoch_bump();
    SELECT * INTO STRICT o FROM office WHERE key = p_key FOR UPDATE;
    IF o.valid_to IS NOT NULL THEN RETURN QUERY SELECT NULL::bigint, 'already', 0::bigint; RETURN; END IF;
    SELECT count(*) INTO v_n FROM office WHERE parent_id = o.id AND valid_to IS NULL;
    IF v_n > 0 THEN RETURN QUERY SELECT NULL::bigint, 'offices', v_n; RETURN; END IF;
    SELECT count(*) INTO v_n FROM dossier d WHERE (d.ended_at IS NULL OR d.state = 'done')
       AND o.id IN (d.supervising_office_id, d.competent_office_id, d.holder_office_id, d.pending_office_id);
    IF v_n > 0 THEN RETURN QUERY SELECT NULL::bigint, 'dossiers', v_n; RETURN; END IF;
    v_change := reference_change_add('office', p_key, 'end', p_last_on + 1, p_actor, p_source, p_reason, row_to_json(o)::text, '', p_at);
    UPDATE office SET valid_to = p_last_on WHERE id = o.id;
    UPDATE officer_role SET ended_on = p_last_on WHERE office_id = o.id AND ended_on IS NULL;
    UPDATE register SET closed_on = p_last_on WHERE office_id = o.id AND closed_on IS NULL;
    RETURN QUERY SELECT v_change, 'ended', 0::bigint;
END $$;
