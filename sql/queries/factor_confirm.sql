-- factor_confirm(officer, sealed secret, step, hashes of recovery codes, login hash, client, address, real_now)
SELECT factor_confirm($1::bigint, $2::bytea, $3::bigint, $4::bytea[], $5::bytea, $6::text, $7::text, $8::timestamptz)
