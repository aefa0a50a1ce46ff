-- credential_set(officer, salt, hash, n, r, p, real_now)
INSERT INTO credential (officer_id, salt, hash, scrypt_n, scrypt_r, scrypt_p, changed_at)
VALUES ($1::bigint, $2::bytea, $3::bytea, $4::integer, $5::integer, $6::integer, $7::timestamptz)
ON CONFLICT (officer_id) DO UPDATE SET salt = EXCLUDED.salt, hash = EXCLUDED.hash, scrypt_n = EXCLUDED.scrypt_n,
       scrypt_r = EXCLUDED.scrypt_r, scrypt_p = EXCLUDED.scrypt_p, changed_at = EXCLUDED.changed_at, failures = 0,
       locked_until = NULL
