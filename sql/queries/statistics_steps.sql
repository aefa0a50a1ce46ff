-- statistics_steps(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, from_at)
-- -> passages by key (case, step and office; or an office, officer, field, procedure version), one row for all (is_total) last
-- A passage is all of a dossier's time at one step in one office (of one officer, by officer): counted where it left it for the last
-- time within the period, as known at known_at. Median and 90th percentile are exact, by nearest rank: the smallest value that
-- at least that share of the passages does not exceed. Where a passage has no budget, or some of its time is not known (a year
-- without a calendar), it is counted and not measured. Time in which the clock stood is in no passage.
WITH passage AS (
    SELECT s.dossier_id, s.case_id, s.step, s.office_id, CASE WHEN $10::text = 'officer' THEN s.officer_id END AS officer_id,
           sum(s.used_minutes) FILTER (WHERE NOT s.is_waiting) AS used,
           max(s.budget_minutes) AS budget,
           bool_or(s.is_over) AS is_over,
           bool_or(NOT s.is_waiting AND s.used_minutes IS NULL) AS is_unknown
      FROM stay s
     WHERE $1::date <= $2::date AND $4::date IS NOT NULL AND s.entered_at <= $3::timestamptz AND s.known_from <= $5::timestamptz AND $5::timestamptz < s.known_to
       AND ($6::bigint[] IS NULL OR s.office_id = ANY ($6::bigint[]))
     GROUP BY 1, 2, 3, 4, 5
    HAVING bool_and(s.left_at <= $3::timestamptz AND s.left_known_at <= $5::timestamptz) AND max(s.left_at) >= $11::timestamptz
       AND bool_or(NOT s.is_waiting)),
kept AS (
    SELECT p.*, f.field_id, f.procedure_id, NOT p.is_unknown AND coalesce(p.budget, 0) > 0 AS is_measured
      FROM passage p
      LEFT JOIN LATERAL (
           SELECT x.field_id, x.procedure_id, x.channel
             FROM (SELECT * FROM dossier_fact l WHERE l.known_to = 'infinity' AND l.dossier_id = p.dossier_id
                   UNION ALL
                   SELECT * FROM dossier_fact l WHERE l.known_to <> 'infinity' AND l.dossier_id = p.dossier_id) x
            WHERE ($7::bigint IS NOT NULL OR $8::bigint[] IS NOT NULL OR $9::smallint IS NOT NULL OR $10::text IN ('field', 'procedure'))
              AND x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
              AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at) LIMIT 1) f ON true
     WHERE ($7::bigint IS NULL OR coalesce(f.field_id, 0) = $7::bigint)
       AND ($8::bigint[] IS NULL OR f.procedure_id = ANY ($8::bigint[]))
       AND ($9::smallint IS NULL OR f.channel = $9::smallint OR ($9::smallint = 0 AND f.channel <> 2))),
keyed AS (
    SELECT k.*, CASE $10::text WHEN 'step' THEN k.case_id WHEN 'office' THEN k.office_id WHEN 'officer' THEN k.officer_id
                               WHEN 'field' THEN k.field_id WHEN 'procedure' THEN k.procedure_id END AS key,
           CASE WHEN $10::text = 'step' THEN k.step END AS key_step,
           CASE WHEN $10::text = 'step' THEN k.office_id END AS key_office
      FROM kept k)
SELECT key, key_step, key_office, grouping(key) = 1 AS is_total, count(*) AS passages,
       count(*) FILTER (WHERE is_measured AND NOT is_over) AS within, count(*) FILTER (WHERE is_measured AND is_over) AS over,
       count(*) FILTER (WHERE NOT is_measured) AS unmeasured, max(budget) AS budget,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY used) FILTER (WHERE is_measured) AS median,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY used) FILTER (WHERE is_measured) AS p90,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY used * 100 / greatest(budget, 1)) FILTER (WHERE is_measured) AS median_percent,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY used * 100 / greatest(budget, 1)) FILTER (WHERE is_measured) AS p90_percent
  FROM keyed GROUP BY GROUPING SETS ((key, key_step, key_office), ())
 ORDER BY is_total, key, key_step, key_office
