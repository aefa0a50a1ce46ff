-- outbox_cancel(ids, at) -> nothing: these need not be told any more
UPDATE outbox SET state = 'cancelled', changed_at = $2::timestamptz WHERE id = ANY ($1::bigint[]) AND state = 'waiting'
