-- statistics_steps(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, from_at)
-- -> statistics_passages by key (case, step and office; or an office, officer, field, procedure version), one row for all (is_total) last
-- A step of a procedure is one over its cases and versions; the newest case that has it stands for them all. Median and 90th percentile
-- are exact, by nearest rank: the smallest value that at least that share of the passages does not exceed.
-- planned by values
WITH keyed AS (
    SELECT p.*, CASE $10::text WHEN 'step' THEN coalesce(c.newest, p.case_id) WHEN 'office' THEN p.office_id WHEN 'officer' THEN p.officer_id
                               WHEN 'field' THEN p.field_id WHEN 'procedure' THEN p.procedure_id END AS key,
           CASE WHEN $10::text = 'step' THEN p.step END AS key_step,
           CASE WHEN $10::text = 'step' THEN p.office_id END AS key_office
      FROM statistics_passages($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                               -1, 9223372036854775807, $10::text, $11::timestamptz) p
      LEFT JOIN (SELECT s.case_id, s.seq, max(s.case_id) OVER (PARTITION BY v.key, s.seq) AS newest
                   FROM (SELECT case_id, seq FROM procedure_step UNION ALL SELECT id, 0 FROM procedure_case) s
                   JOIN procedure_case c ON c.id = s.case_id JOIN procedure_version v ON v.id = c.procedure_id) c
             ON c.case_id = p.case_id AND c.seq = p.step)
SELECT key, key_step, key_office, grouping(key) = 1 AS is_total, count(*) AS passages,
       count(*) FILTER (WHERE is_measured AND NOT is_over) AS within, count(*) FILTER (WHERE is_measured AND is_over) AS over,
       count(*) FILTER (WHERE NOT is_measured) AS unmeasured, max(budget) AS budget,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY used) FILTER (WHERE is_measured) AS median,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY used) FILTER (WHERE is_measured) AS p90,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY used * 100 / greatest(budget, 1)) FILTER (WHERE is_measured) AS median_percent,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY used * 100 / greatest(budget, 1)) FILTER (WHERE is_measured) AS p90_percent
  FROM keyed GROUP BY GROUPING SETS ((key, key_step, key_office), ())
 ORDER BY is_total, key, key_step, key_office
