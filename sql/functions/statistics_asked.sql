-- statistics_asked(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id) -> dossiers received in the
-- period, and how often each was sent back for papers until state_at, as known at known_at; n_late: too late to move anything
CREATE OR REPLACE FUNCTION statistics_asked(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint)
RETURNS TABLE (dossier_id bigint, office_id bigint, field_id bigint, procedure_id bigint, channel smallint, outcome text, n bigint, n_late bigint)
LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT f.dossier_id, f.office_id, f.field_id, f.procedure_id, f.channel, f.outcome, r.n, r.n_late
      FROM dossier_facts(p_from, p_to, p_state_at, p_state_on, p_known_at, p_offices, p_field, p_procedures, p_channel, p_after, p_upto) f
     CROSS JOIN LATERAL (
           SELECT count(*) AS n, count(*) FILTER (WHERE position(convert_to(E'\nis_late_request 1\n', 'UTF8') IN e.bytes) > 0) AS n_late
             FROM event_ever e WHERE e.dossier_id = f.dossier_id AND e.action = 'request_supplement' AND e.at <= p_state_at
              AND e.recorded_at <= p_known_at) r
     WHERE f.received_on >= p_from
$$;
