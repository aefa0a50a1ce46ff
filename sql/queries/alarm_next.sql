-- alarm_next() -> the earliest instant at which the engine must look at a dossier by the minute; whether an edit of the
-- rules is still to be followed by what is cached of open dossiers; the closing of the newest night that is ordered and not
-- swept; how many dossiers it could not judge; the offset of a demonstration's clock; whether
-- dossiers from before there were stays are to get theirs
-- While nights are to be swept, what they look at is theirs: their marks carry their closing, not the hour of the morning
-- after. A dossier that failed comes when it is to be tried again.
WITH sweep AS (
    SELECT max(r.as_of) AS as_of FROM sweep_run r JOIN job j ON j.id = r.job_id
     WHERE r.ended_at IS NULL AND j.state IN ('waiting', 'running'))
SELECT least((SELECT d.next_alarm_at FROM dossier d
               WHERE d.next_alarm_at IS NOT NULL AND d.next_alarm_at > coalesce((SELECT as_of FROM sweep), '-infinity')
                 AND (SELECT f.tries FROM alarm_failure f WHERE f.dossier_id = d.id AND f.version = d.version) IS NULL
               ORDER BY d.next_alarm_at, d.id LIMIT 1),
             (SELECT min(f.retry_at) FROM alarm_failure f JOIN dossier d ON d.id = f.dossier_id AND d.version = f.version
               WHERE d.next_alarm_at > coalesce((SELECT as_of FROM sweep), '-infinity'))) AS next_at,
       s.epoch <> s.deadlines_epoch AS is_to_follow, (SELECT as_of FROM sweep) AS sweeping_at,
       (SELECT count(*) FROM alarm_failure f JOIN dossier d ON d.id = f.dossier_id AND d.version = f.version) AS failures,
       CASE WHEN s.is_demonstration THEN s.clock_offset_us ELSE 0 END AS clock_offset_us, NOT s.has_stays AS is_to_fill
  FROM setting s
