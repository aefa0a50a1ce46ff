-- queue_passes(dossier, officer, state, warning, case, field, channel, due_to, judgement, source, due_from, received_from, received_to, now)
-- -> does it pass what a list is narrowed by (NULL: by nothing)?
CREATE OR REPLACE FUNCTION queue_passes(d dossier, p_officer bigint, p_state text, p_warning text, p_case bigint, p_field bigint,
    p_channel smallint, p_due_to date, p_judgement text, p_source text, p_due_from date, p_received_from date, p_received_to date,
    p_now timestamptz)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT NOT d.is_mistake
       AND (p_officer IS NULL OR d.holder_officer_id = p_officer OR d.pending_officer_id = p_officer)
       AND (p_state IS NULL OR d.state = p_state)
       AND (p_warning IS NULL OR warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, p_now) = p_warning)
       AND (p_case IS NULL OR d.case_id = p_case)
       AND (p_field IS NULL OR d.field_id = p_field)
       AND (p_channel IS NULL OR d.channel = p_channel)
       AND (p_due_to IS NULL OR d.due_on <= p_due_to)
       AND (p_judgement IS NULL OR d.judgement = p_judgement)
       AND (p_source IS NULL OR d.source = p_source)
       AND (p_due_from IS NULL OR d.due_on >= p_due_from)
       AND (p_received_from IS NULL OR d.received_on >= p_received_from)
       AND (p_received_to IS NULL OR d.received_on <= p_received_to)
$$;
