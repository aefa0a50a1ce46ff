-- sweep_open(job, fence, now, newest closing) -> the run of a job that is ours, how many dossiers wait, the newest night swept
-- after it. A chunk that is not empty was under way when somebody died.
WITH begun AS (
    UPDATE sweep_run r SET is_catch_up = r.as_of < $4::timestamptz,
                           started_at = CASE WHEN r.cursor_at IS NULL THEN $3::timestamptz ELSE r.started_at END
      FROM job j
     WHERE j.id = $1::bigint AND j.fence = $2::bigint AND j.state = 'running' AND r.job_id = j.id AND r.ended_at IS NULL
)
SELECT r.id, r.as_of, r.ended_at, r.chunk, r.cursor_at, r.cursor_id,
       (SELECT count(*) FROM dossier d
         WHERE d.next_alarm_at <= r.as_of
           AND (d.next_alarm_at, d.id) > (coalesce(r.cursor_at, '-infinity'), r.cursor_id)) AS waiting,
       (SELECT max(n.as_of) FROM sweep_run n WHERE n.office_id = 0 AND n.as_of > r.as_of AND n.ended_at IS NOT NULL) AS later_at
  FROM sweep_run r
 WHERE r.job_id = $1::bigint
