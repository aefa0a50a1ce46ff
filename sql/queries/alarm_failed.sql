-- alarm_failed(dossiers, errors, at, retry_at) -> how many: the minute could not judge these
SELECT alarm_failure_note($1::bigint[], $2::text[], $3::timestamptz, $4::timestamptz)
