-- verify_counters(after_day, after_office, after_field, limit) -> sums over the writers, in order of their keys
SELECT day, office_id, field_id, sum(received_online)::bigint, sum(received_other)::bigint, sum(early)::bigint,
       sum(on_time)::bigint, sum(late)::bigint, sum(overdue)::bigint, sum(succeeded)::bigint
  FROM counter_day WHERE (day, office_id, field_id) > ($1::date, $2::bigint, $3::bigint)
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT $4::integer
