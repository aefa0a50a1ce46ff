-- job_end(id, fence, state, result, error, now, ended_at) -> the job, if it was still ours
UPDATE job SET state = $3::text, result = $4::text, error = $5::text, ended_at = $7::timestamptz, touched_at = $6::timestamptz,
               lease_until = '-infinity'
 WHERE id = $1::bigint AND fence = $2::bigint AND state = 'running' RETURNING id
