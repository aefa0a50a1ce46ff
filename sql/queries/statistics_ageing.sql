-- statistics_ageing(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, calendars, days5, days15, days30)
-- -> open dossiers by key and by how many working days they are open, and overdue; one row for all (is_total) last
-- `calendars` are offices; beside each the earliest day (since 1970) that lies at most 5, 15, 30 working days before state_on on the
-- calendar of that office. Open and overdue as in statistics_ii06a.
SELECT CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END AS key,
       grouping(CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END) = 1 AS is_total,
       count(*) FILTER (WHERE f.received >= c.d5) AS open_5,
       count(*) FILTER (WHERE f.received < c.d5 AND f.received >= c.d15) AS open_15,
       count(*) FILTER (WHERE f.received < c.d15 AND f.received >= c.d30) AS open_30,
       count(*) FILTER (WHERE f.received < c.d30) AS open_more,
       count(*) FILTER (WHERE f.is_waiting) AS waiting,
       count(*) FILTER (WHERE f.is_overdue AND f.due >= c.d5) AS overdue_5,
       count(*) FILTER (WHERE f.is_overdue AND f.due < c.d5 AND f.due >= c.d15) AS overdue_15,
       count(*) FILTER (WHERE f.is_overdue AND f.due < c.d15 AND f.due >= c.d30) AS overdue_30,
       count(*) FILTER (WHERE f.is_overdue AND f.due < c.d30) AS overdue_more
  FROM (SELECT coalesce(x.office_id, 0) AS office_id, x.field_id, x.procedure_id, x.is_waiting, x.received_on - '1970-01-01'::date AS received,
               x.due_on - '1970-01-01'::date AS due,
               CASE WHEN x.is_waiting THEN x.was_overdue_before_wait
                    WHEN x.due_at IS NULL THEN false
                    WHEN x.due_is_instant THEN $3::timestamptz > x.due_at
                    ELSE $4::date > x.due_on END AS is_overdue
          FROM dossier_fact x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND x.ended_on IS NULL AND x.received_on <= $2::date AND $1::date <= $2::date
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))) f
  JOIN unnest($11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[]) c (office_id, d5, d15, d30) ON c.office_id = f.office_id
 GROUP BY GROUPING SETS ((CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END), ())
 ORDER BY is_total, key
