-- desk_hand_over(from, office, to, on_behalf_of, on, actor, source, reason, at) -> the job (sql/functions/desk_hand_over.sql)
SELECT desk_hand_over($1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::date, $6::bigint, $7::text, $8::text, $9::timestamptz)
