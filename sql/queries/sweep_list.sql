-- sweep_list(before, limit) -> runs, the latest night first
SELECT r.id, r.as_of, r.night, r.started_at, r.ended_at, coalesce(j.state, 'done') AS state, r.seen, r.warned, r.certain,
       r.flagged, r.letters, r.lapsed, r.escalated, r.failed, r.is_catch_up, r.nights_skipped, r.work_us, r.job_id, j.error, j.lease_until
  FROM sweep_run r LEFT JOIN job j ON j.id = r.job_id
 WHERE r.as_of < coalesce($1::timestamptz, 'infinity') ORDER BY r.as_of DESC LIMIT $2::integer
