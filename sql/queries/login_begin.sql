-- login_begin(login hash, client, is_trusted, client alone, address, real_now) -> wait, credential (functions/login_begin.sql)
SELECT wait_s, officer_id, salt, hash, scrypt_n, scrypt_r, scrypt_p, is_random, factor, last_step
  FROM login_begin($1::bytea, $2::text, $3::boolean, $4::boolean, $5::text, $6::timestamptz)
