-- alarm_due(until, after_at, after_id, limit, offices, tries_all) -> dossiers the engine must look at, in order, and
-- whether it failed on them before
--   offices    competent; NULL: all
--   tries_all  those also on which it failed and is to try later
SELECT d.id, d.next_alarm_at, d.code, EXISTS (SELECT FROM alarm_failure f WHERE f.dossier_id = d.id) AS has_failed
  FROM dossier d
 WHERE d.next_alarm_at IS NOT NULL AND d.next_alarm_at <= $1::timestamptz
   AND (d.next_alarm_at, d.id) > (coalesce($2::timestamptz, '-infinity'), $3::bigint)
   AND ($5::bigint[] IS NULL OR d.competent_office_id = ANY ($5::bigint[]))
   AND ($6::boolean OR coalesce((SELECT f.retry_at FROM alarm_failure f WHERE f.dossier_id = d.id AND f.version = d.version),
                                '-infinity') <= $1::timestamptz)
 ORDER BY d.next_alarm_at, d.id LIMIT $4::integer
