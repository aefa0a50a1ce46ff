-- job_create(kind, key, parameters, created_by, created_at) -> the job, as job_read gives it
SELECT id, kind, state, done, total, n_items, created_by, created_at, started_at, ended_at,
       cancel_requested_at IS NOT NULL AS is_cancel_requested, error, result, lease_until
  FROM job_add($1::text, $2::text, $3::text, $4::bigint, $5::timestamptz)
