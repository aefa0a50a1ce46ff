-- job_cancel(id, actor, at, ended_at) -> the job: one that nobody runs ends at once, one under way between two chunks
UPDATE job SET cancel_requested_at = coalesce(cancel_requested_at, $3::timestamptz),
               cancel_requested_by = coalesce(cancel_requested_by, $2::bigint),
               state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
               ended_at = CASE state WHEN 'waiting' THEN $4::timestamptz ELSE ended_at END
 WHERE id = $1::bigint AND state IN ('waiting', 'running')
RETURNING id, kind, state, done, total, n_items, created_by, created_at, started_at, ended_at,
       cancel_requested_at IS NOT NULL AS is_cancel_requested, error, result, lease_until
