-- verify_totals(limit) -> running totals that are not the sum of the days before them: from one start to the next, the start, the
-- office and the field where something differs; -1 is the total over all of them.
WITH computed AS (
    SELECT s.day, CASE grouping(d.office_id) WHEN 1 THEN -1 ELSE d.office_id END AS office_id,
           CASE grouping(d.field_id) WHEN 1 THEN -1 ELSE d.field_id END AS field_id,
           sum(received_online)::bigint AS received_online, sum(received_other)::bigint AS received_other,
           sum(early)::bigint AS early, sum(on_time)::bigint AS on_time, sum(late)::bigint AS late,
           sum(overdue)::bigint AS overdue, sum(moved_in)::bigint AS moved_in, sum(moved_out)::bigint AS moved_out,
           sum(stopped_late)::bigint AS stopped_late, sum(stopped_other)::bigint AS stopped_other
      FROM (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM counter_start) s
      JOIN counter_day d ON d.day >= coalesce(s.before, '-infinity') AND d.day < s.day
     GROUP BY GROUPING SETS ((s.day, d.office_id, d.field_id), (s.day, d.office_id), (s.day, d.field_id))),
stored AS (
    SELECT day, office_id, field_id,
           received_online - coalesce(lag(received_online) OVER k, 0) AS received_online,
           received_other - coalesce(lag(received_other) OVER k, 0) AS received_other, early - coalesce(lag(early) OVER k,
           0) AS early, on_time - coalesce(lag(on_time) OVER k, 0) AS on_time, late - coalesce(lag(late) OVER k, 0) AS late,
           overdue - coalesce(lag(overdue) OVER k, 0) AS overdue, moved_in - coalesce(lag(moved_in) OVER k, 0) AS moved_in,
           moved_out - coalesce(lag(moved_out) OVER k, 0) AS moved_out, stopped_late - coalesce(lag(stopped_late) OVER k,
           0) AS stopped_late, stopped_other - coalesce(lag(stopped_other) OVER k, 0) AS stopped_other
      FROM counter_total WINDOW k AS (PARTITION BY office_id, field_id ORDER BY day))
SELECT day, office_id, field_id
  FROM stored s FULL JOIN computed c USING (day, office_id, field_id)
 WHERE ROW (coalesce(s.received_online, 0), coalesce(s.received_other, 0), coalesce(s.early, 0), coalesce(s.on_time, 0), coalesce(s.late, 0),
            coalesce(s.overdue, 0), coalesce(s.moved_in, 0), coalesce(s.moved_out, 0), coalesce(s.stopped_late, 0), coalesce(s.stopped_other, 0))
       IS DISTINCT FROM
       ROW (coalesce(c.received_online, 0), coalesce(c.received_other, 0), coalesce(c.early, 0), coalesce(c.on_time, 0), coalesce(c.late, 0),
            coalesce(c.overdue, 0), coalesce(c.moved_in, 0), coalesce(c.moved_out, 0), coalesce(c.stopped_late, 0), coalesce(c.stopped_other, 0))
 ORDER BY day, office_id, field_id LIMIT $1::integer
