-- statistics_papers(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id) -> for which papers
-- dossiers received in the period were sent back until state_at, as known at known_at: a row each time a request names one; and
-- one with component 0 for the dossier itself
CREATE OR REPLACE FUNCTION statistics_papers(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint)
RETURNS TABLE (dossier_id bigint, case_id bigint, component integer)
LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT f.dossier_id, d.case_id, r.component
      FROM dossier_facts(p_from, p_to, p_state_at, p_state_on, p_known_at, p_offices, p_field, p_procedures, p_channel, p_after, p_upto) f
      JOIN dossier d ON d.id = f.dossier_id
     CROSS JOIN LATERAL (
           SELECT 0 AS component
           UNION ALL
           SELECT (m)[1]::integer
             FROM event_ever e CROSS JOIN LATERAL regexp_matches(convert_from(e.bytes, 'UTF8'), E'^component ([0-9]+)$', 'gn') m
            WHERE e.dossier_id = f.dossier_id AND e.action = 'request_supplement' AND e.at <= p_state_at AND e.recorded_at <= p_known_at) r
     WHERE f.received_on >= p_from AND d.case_id IS NOT NULL
$$;
