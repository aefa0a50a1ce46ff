-- credential_set(officer, salt, hash, n, r, p, real_now, must_change, is_random, reset_second_factor): a password made by somebody else
WITH factor AS (DELETE FROM second_factor f WHERE f.officer_id = $1::bigint AND $10::boolean)
INSERT INTO credential (officer_id, salt, hash, scrypt_n, scrypt_r, scrypt_p, changed_at, must_change, is_random)
VALUES ($1::bigint, $2::bytea, $3::bytea, $4::integer, $5::integer, $6::integer, $7::timestamptz, $8::boolean, $9::boolean)
ON CONFLICT (officer_id) DO UPDATE SET salt = EXCLUDED.salt, hash = EXCLUDED.hash, scrypt_n = EXCLUDED.scrypt_n,
       scrypt_r = EXCLUDED.scrypt_r, scrypt_p = EXCLUDED.scrypt_p, changed_at = EXCLUDED.changed_at,
       must_change = EXCLUDED.must_change, is_random = EXCLUDED.is_random
