-- outbox_told(id, state) -> nothing: an event tells this state
UPDATE outbox SET told = $2::text WHERE id = $1::bigint
