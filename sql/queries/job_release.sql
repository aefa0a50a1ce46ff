-- job_release(id, fence, not_before, now, attempts) -> the job, given back to whoever asks after that instant; so many
-- attempts are not counted
UPDATE job SET state = 'waiting', attempts = greatest(attempts - $5::integer, 0),
               lease_until = coalesce($3::timestamptz, '-infinity'), touched_at = $4::timestamptz
 WHERE id = $1::bigint AND fence = $2::bigint AND state = 'running' RETURNING id
