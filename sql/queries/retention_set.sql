-- retention_set(what, keep_months, is_active, actor, source, reason, effective_on, now) -> id of the edit; NULL: no such rule
SELECT retention_set($1::text, $2::integer, $3::boolean, $4::bigint, $5::text, $6::text, $7::date, $8::timestamptz)
