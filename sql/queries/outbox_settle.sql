-- outbox_settle(id, fence, state, channel or NULL, error or NULL, not_before or NULL, at) -> its id, unless somebody else decided
UPDATE outbox SET state = $3::text, channel = coalesce($4::text, channel), error = $5::text,
                  not_before = coalesce($6::timestamptz, not_before), lease_until = NULL, changed_at = $7::timestamptz
 WHERE id = $1::bigint AND fence = $2::integer AND state IN ('waiting', 'sending', 'unknown') RETURNING id
