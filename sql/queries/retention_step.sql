-- retention_step(what, real_now, business_now, after, limit) -> how many went, where to go on
SELECT n, next FROM retention_step($1::text, $2::timestamptz, $3::timestamptz, $4::bigint, $5::integer)
