-- statistics_ii06a(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by) -> columns 4-6, 8-10, 12-13
-- by key: office, field, procedure version or channel; NULL where it has none, and where nothing is grouped
-- The state at state_at as it was known at known_at, over the bitemporal facts (docs/storage.md); the C reference is
-- report_count(). A date is judged by date, an instant by instant; waiting stays in time unless it was overdue before.
SELECT CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                      WHEN 'channel' THEN f.channel END AS key,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel = 2) AS online,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel <> 2) AS direct,
       count(*) FILTER (WHERE f.received_on < $1::date) AS carried_over,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'early') AS early,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'on_time') AS on_time,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'late') AS late,
       count(*) FILTER (WHERE f.ended_on IS NULL AND NOT f.is_overdue) AS open_in_time,
       count(*) FILTER (WHERE f.ended_on IS NULL AND f.is_overdue) AS open_overdue,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'late' AND f.is_stopped) AS stopped_late,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement <> 'late' AND f.is_stopped) AS stopped_other
  FROM (SELECT x.office_id, x.field_id, x.procedure_id, x.received_on, x.channel, x.ended_on, x.judgement,
               x.outcome IN ('stopped', 'withdrawn', 'closed', 'forced') AS is_stopped,
               CASE WHEN x.is_waiting THEN x.was_overdue_before_wait
                    WHEN x.due_at IS NULL THEN false
                    WHEN x.due_is_instant THEN $3::timestamptz > x.due_at
                    ELSE $4::date > x.due_on END AS is_overdue
          FROM dossier_fact x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
           AND x.received_on <= $2::date
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))) f
 GROUP BY 1 ORDER BY 1
