-- verify_counters(after_day, after_office, after_field, limit) -> what is folded and what is not, in order of the keys
SELECT day, office_id, field_id, sum(received_online)::bigint, sum(received_other)::bigint, sum(early)::bigint,
       sum(on_time)::bigint, sum(late)::bigint, sum(overdue)::bigint, sum(moved_in)::bigint, sum(moved_out)::bigint,
       sum(stopped_late)::bigint, sum(stopped_other)::bigint
  FROM (SELECT * FROM counter_day WHERE (day, office_id, field_id) > ($1::date, $2::bigint, $3::bigint)
        UNION ALL
        SELECT * FROM counter_tail WHERE (day, office_id, field_id) > ($1::date, $2::bigint, $3::bigint)) c
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT $4::integer
