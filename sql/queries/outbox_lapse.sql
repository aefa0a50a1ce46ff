-- outbox_lapse(now, error, at) -> what was being sent by a daemon that fell silent: nobody knows what came of it
UPDATE outbox SET state = 'unknown', error = $2::text, lease_until = NULL, changed_at = $3::timestamptz
 WHERE state = 'sending' AND lease_until < $1::timestamptz RETURNING id, kind
