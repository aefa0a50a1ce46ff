-- job_resume(id) -> the job: one that was cancelled or failed goes on from where it stood
UPDATE job SET state = 'waiting', lease_until = '-infinity', attempts = 0, cancel_requested_at = NULL,
               cancel_requested_by = NULL, error = NULL, result = NULL, ended_at = NULL
 WHERE id = $1::bigint AND state IN ('cancelled', 'failed')
RETURNING id, kind, state, done, total, n_items, created_by, created_at, started_at, ended_at,
       cancel_requested_at IS NOT NULL AS is_cancel_requested, error, result, lease_until
