-- job_end(id, fence, state, result, error, now, ended_at, done, total) -> the job, if it was still ours
UPDATE job SET state = $3::text, result = $4::text, error = $5::text, ended_at = $7::timestamptz, touched_at = $6::timestamptz,
               lease_until = '-infinity', done = $8::bigint, total = $9::bigint
 WHERE id = $1::bigint AND fence = $2::bigint AND state = 'running' RETURNING id
