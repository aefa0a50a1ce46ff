-- job_release(id, fence, not_before, now) -> the job, given back to whoever asks after that instant
UPDATE job SET state = 'waiting', lease_until = coalesce($3::timestamptz, '-infinity'), touched_at = $4::timestamptz
 WHERE id = $1::bigint AND fence = $2::bigint AND state = 'running' RETURNING id
