-- sweep_close(job, fence, ended_at, work_us) -> the run's id, when it was still ours
UPDATE sweep_run r SET ended_at = $3::timestamptz, chunk = '{}', work_us = r.work_us + $4::bigint
  FROM job j
 WHERE j.id = $1::bigint AND j.fence = $2::bigint AND j.state = 'running' AND r.job_id = j.id AND r.ended_at IS NULL
RETURNING r.id
