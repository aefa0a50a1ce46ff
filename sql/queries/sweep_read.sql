-- sweep_read(run, job) -> one run, by its own number or by that of its job
SELECT r.id, r.as_of, r.night, r.started_at, r.ended_at, coalesce(j.state, 'done') AS state, r.seen, r.warned, r.certain,
       r.flagged, r.letters, r.lapsed, r.escalated, r.failed, r.is_catch_up, r.nights_skipped, r.work_us, r.job_id, j.error, j.lease_until
  FROM sweep_run r LEFT JOIN job j ON j.id = r.job_id
 WHERE r.id = $1::bigint OR r.job_id = $2::bigint
