-- declaration_withdraw(id, actor, reason, on, at) -> result
SELECT declaration_withdraw($1::bigint, $2::bigint, $3::text, $4::date, $5::timestamptz)
