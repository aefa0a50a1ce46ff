-- statistics_ii06a(from, to, state_at, state_on, known_at, offices) -> columns 4-6, 8-10, 12-13 by office and field
-- The state at state_at as it was known at known_at, over the bitemporal facts (docs/storage.md); the C reference is
-- report_count(). A date is judged by date, an instant by instant; waiting stays in time unless it was overdue before.
SELECT f.office_id, f.field_id,
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
  FROM (SELECT x.office_id, x.field_id, x.received_on, x.channel, x.ended_on, x.judgement,
               x.outcome IN ('stopped', 'withdrawn', 'closed') AS is_stopped,
               CASE WHEN x.is_waiting THEN x.was_overdue_before_wait
                    WHEN x.due_at IS NULL THEN false
                    WHEN x.due_is_instant THEN $3::timestamptz > x.due_at
                    ELSE $4::date > x.due_on END AS is_overdue
          FROM dossier_fact x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
           AND x.received_on <= $2::date
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))) f
 GROUP BY f.office_id, f.field_id ORDER BY f.office_id, f.field_id
