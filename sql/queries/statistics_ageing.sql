-- statistics_ageing(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, calendars, days5, days15, days30)
-- -> open dossiers by key and by how many working days they are open, and overdue; one row for all (is_total) last
-- planned by values
SELECT CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END AS key,
       grouping(CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END) = 1 AS is_total,
       count(*) FILTER (WHERE f.age = '5') AS open_5, count(*) FILTER (WHERE f.age = '15') AS open_15,
       count(*) FILTER (WHERE f.age = '30') AS open_30, count(*) FILTER (WHERE f.age = 'more') AS open_more,
       count(*) FILTER (WHERE f.is_waiting) AS waiting,
       count(*) FILTER (WHERE f.overdue_age = '5') AS overdue_5, count(*) FILTER (WHERE f.overdue_age = '15') AS overdue_15,
       count(*) FILTER (WHERE f.overdue_age = '30') AS overdue_30, count(*) FILTER (WHERE f.overdue_age = 'more') AS overdue_more
  FROM statistics_ages($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                       -1, 9223372036854775807, $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[]) f
 GROUP BY GROUPING SETS ((CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END), ())
 ORDER BY is_total, key
