-- outbox_say(id, states in which it may be said, state that follows, reason, by whom, at, channel or NULL) -> its id
-- Sent again it finds its way anew. Whoever has it under hand loses it.
UPDATE outbox SET state = $3::text, reason = $4::text, changed_by = $5::bigint, changed_at = $6::timestamptz, fence = fence + 1,
       lease_until = NULL,
       error = CASE WHEN $3::text = 'failed' THEN error END,
       attempts = CASE WHEN $3::text = 'waiting' THEN 0 ELSE attempts END,
       channel = CASE WHEN $3::text <> 'waiting' THEN channel END,
       not_before = CASE WHEN $3::text = 'waiting' THEN '-infinity' ELSE not_before END
 WHERE id = $1::bigint AND state = ANY ($2::text[]) AND ($7::text IS NULL OR channel = $7::text) RETURNING id
