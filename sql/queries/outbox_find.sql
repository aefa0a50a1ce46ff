-- outbox_find(id) -> a message
SELECT * FROM outbox_view WHERE id = $1::bigint
