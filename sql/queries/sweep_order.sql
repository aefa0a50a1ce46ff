-- sweep_order(nights, closings, skipped, created_by, now, resumes) -> job, run and end of the last night
SELECT job_id, run_id, ended_at
  FROM sweep_order($1::text[]::date[], $2::timestamptz[], $3::integer, $4::bigint, $5::timestamptz, $6::boolean)
