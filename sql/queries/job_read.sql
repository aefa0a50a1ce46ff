-- job_read(id) -> the job
SELECT id, kind, state, done, total, n_items, created_by, created_at, started_at, ended_at,
       cancel_requested_at IS NOT NULL AS is_cancel_requested, error, result, lease_until
  FROM job WHERE id = $1::bigint
