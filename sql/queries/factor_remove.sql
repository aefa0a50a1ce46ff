-- factor_remove(officer, step, recovery hash, login hash, client, address, real_now)
SELECT factor_remove($1::bigint, $2::bigint, $3::bytea, $4::bytea, $5::text, $6::text, $7::timestamptz)
