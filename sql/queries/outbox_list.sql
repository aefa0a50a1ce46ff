-- outbox_list(before_id, limit, supervising offices, state, kind, channel, notices alone) -> messages, newest first
SELECT * FROM outbox_view
 WHERE id < $1::bigint
   AND ($3::bigint[] IS NULL OR supervising_office_id = ANY ($3::bigint[]))
   AND ($4::text IS NULL OR state = $4::text)
   AND ($5::text IS NULL OR kind = $5::text)
   AND ($6::text IS NULL OR channel = $6::text)
   AND (NOT $7::boolean OR kind LIKE 'notice\_%')
 ORDER BY id DESC LIMIT $2::integer
