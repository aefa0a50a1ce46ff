-- login_reset_order(officer, by, code hash, reason, second factor too, expires_at, address, real_now)
SELECT login_reset_order($1::bigint, $2::bigint, $3::bytea, $4::text, $5::boolean, $6::timestamptz, $7::text, $8::timestamptz)
