-- alarm_due(until, after_at, after_id, limit) -> dossiers the engine must look at, in order
SELECT id, next_alarm_at, code FROM dossier
 WHERE next_alarm_at IS NOT NULL AND next_alarm_at <= $1::timestamptz
   AND (next_alarm_at, id) > ($2::timestamptz, $3::bigint)
 ORDER BY next_alarm_at, id LIMIT $4::integer
