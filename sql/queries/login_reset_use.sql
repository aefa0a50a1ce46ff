-- login_reset_use(login hash, hash it is counted under, client, code hash, salt, hash, n, r, p, address, real_now) -> is_good, hashes in hex of what ended
SELECT is_good, token_hashes
  FROM login_reset_use($1::bytea, $2::bytea, $3::text, $4::bytea, $5::bytea, $6::bytea, $7::integer, $8::integer, $9::integer, $10::text,
                       $11::timestamptz)
