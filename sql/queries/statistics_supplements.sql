-- statistics_supplements(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by) -> dossiers received
-- in the period by key, and how often each was sent back for papers until state_at, as known at known_at; one row for all (is_total) last
-- planned by values
SELECT CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                      WHEN 'channel' THEN f.channel END AS key,
       grouping(CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                               WHEN 'channel' THEN f.channel END) = 1 AS is_total,
       count(*) FILTER (WHERE f.n = 0) AS never, count(*) FILTER (WHERE f.n = 1) AS once, count(*) FILTER (WHERE f.n > 1) AS more,
       coalesce(sum(f.n), 0)::bigint AS requests, coalesce(sum(f.n_late), 0)::bigint AS late_requests,
       count(*) FILTER (WHERE f.outcome = 'closed') AS not_completed
  FROM statistics_asked($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                        -1, 9223372036854775807) f
 GROUP BY GROUPING SETS ((CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                                         WHEN 'channel' THEN f.channel END), ())
 ORDER BY is_total, key
