-- alarm_set(dossier, version, next_alarm_at): looked at, nothing to write
UPDATE dossier SET next_alarm_at = $3::timestamptz WHERE id = $1::bigint AND version = $2::integer
