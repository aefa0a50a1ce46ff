-- token_make(token hash, id, officer, name, scopes, expires_at, address, real_now) -> made | many | exists
SELECT token_make($1::bytea, $2::text, $3::bigint, $4::text, $5::text[], $6::timestamptz, $7::text, $8::timestamptz)
