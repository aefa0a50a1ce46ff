-- statistics_passages(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, group_by, from_at)
-- -> passages that ended in the period, as known at known_at, with field and procedure where they are asked of
-- A passage is all of a dossier's time at one step in one office (of one officer, by officer): counted where it left it for the last
-- time. Where it has no budget, or some of its time is not known (a year without a calendar), it is counted and not measured. Time in
-- which the clock stood is in no passage.
CREATE OR REPLACE FUNCTION statistics_passages(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint, p_group_by text,
    p_from_at timestamptz)
RETURNS TABLE (dossier_id bigint, case_id bigint, step integer, office_id bigint, officer_id bigint, field_id bigint, procedure_id bigint,
    used bigint, budget integer, is_over boolean, is_measured boolean)
LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT p.dossier_id, p.case_id, p.step, p.office_id, p.officer_id, f.field_id, f.procedure_id, p.used, p.budget, p.is_over,
           NOT p.is_unknown AND coalesce(p.budget, 0) > 0
      FROM (SELECT s.dossier_id, s.case_id, s.step, s.office_id, CASE WHEN p_group_by = 'officer' THEN s.officer_id END AS officer_id,
                   sum(s.used_minutes) FILTER (WHERE NOT s.is_waiting) AS used,
                   max(s.budget_minutes) AS budget,
                   bool_or(s.is_over) AS is_over,
                   bool_or(NOT s.is_waiting AND s.used_minutes IS NULL) AS is_unknown
              FROM (SELECT l.dossier_id FROM stay l -- nothing of the others ended in the period, whatever was known
                     WHERE l.known_to = 'infinity' AND l.left_at >= p_from_at AND l.left_at <= p_state_at AND l.dossier_id > p_after
                       AND l.dossier_id <= p_upto AND p_from <= p_to AND p_state_on IS NOT NULL
                    UNION
                    SELECT l.dossier_id FROM stay l
                     WHERE l.known_to <> 'infinity' AND l.left_at >= p_from_at AND l.left_at <= p_state_at AND l.dossier_id > p_after
                       AND l.dossier_id <= p_upto AND p_from <= p_to AND p_state_on IS NOT NULL) d
             CROSS JOIN LATERAL (SELECT * FROM stay l WHERE l.known_to = 'infinity' AND l.dossier_id = d.dossier_id
                                 UNION ALL
                                 SELECT * FROM stay l WHERE l.known_to <> 'infinity' AND l.dossier_id = d.dossier_id) s
             WHERE s.entered_at <= p_state_at AND s.known_from <= p_known_at
               AND p_known_at < s.known_to AND (p_offices IS NULL OR s.office_id = ANY (p_offices))
             GROUP BY 1, 2, 3, 4, 5
            HAVING bool_and(s.left_at <= p_state_at AND s.left_known_at <= p_known_at) AND max(s.left_at) >= p_from_at
               AND bool_or(NOT s.is_waiting)) p
      LEFT JOIN LATERAL (
           SELECT x.field_id, x.procedure_id, x.channel
             FROM (SELECT * FROM dossier_fact l WHERE l.known_to = 'infinity' AND l.dossier_id = p.dossier_id
                   UNION ALL
                   SELECT * FROM dossier_fact l WHERE l.known_to <> 'infinity' AND l.dossier_id = p.dossier_id) x
            WHERE (p_field IS NOT NULL OR p_procedures IS NOT NULL OR p_channel IS NOT NULL OR p_group_by IN ('field', 'procedure'))
              AND x.valid_from <= p_state_at AND x.known_from <= p_known_at AND p_known_at < x.known_to
              AND (p_state_at < x.valid_to OR p_known_at < x.valid_to_known_at) LIMIT 1) f ON true
     WHERE (p_field IS NULL OR coalesce(f.field_id, 0) = p_field)
       AND (p_procedures IS NULL OR f.procedure_id = ANY (p_procedures))
       AND (p_channel IS NULL OR f.channel = p_channel OR (p_channel = 0 AND f.channel <> 2))
$$;
