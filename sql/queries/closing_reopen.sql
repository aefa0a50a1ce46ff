-- closing_reopen(id, reason, actor, at) -> false: no version stands
SELECT closing_reopen($1::bigint, $2::text, $3::bigint, $4::timestamptz)
