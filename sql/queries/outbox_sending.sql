-- outbox_sending(id, fence, lease_until, at) -> its id, once it is recorded that it is being sent; none: somebody else decided
UPDATE outbox SET state = 'sending', attempts = attempts + 1, lease_until = $3::timestamptz, changed_at = $4::timestamptz,
                  changed_by = NULL, reason = NULL
 WHERE id = $1::bigint AND fence = $2::integer AND state = 'waiting' RETURNING id
