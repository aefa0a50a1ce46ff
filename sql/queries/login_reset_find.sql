-- login_reset_find(login hash, hash it is counted under, client, code hash, address, real_now) -> wait_s, is_good
SELECT wait_s, is_good FROM login_reset_find($1::bytea, $2::bytea, $3::text, $4::bytea, $5::text, $6::timestamptz)
