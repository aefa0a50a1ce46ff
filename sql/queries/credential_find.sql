-- credential_find(login, real_now) -> the stored hash of an officer who may log in
SELECT o.id, c.salt, c.hash, c.scrypt_n, c.scrypt_r, c.scrypt_p,
       c.locked_until IS NOT NULL AND c.locked_until > $2::timestamptz AS is_locked
  FROM officer o JOIN credential c ON c.officer_id = o.id
 WHERE o.login = $1::text AND o.valid_to IS NULL
