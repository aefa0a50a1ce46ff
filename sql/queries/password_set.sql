-- password_set(officer, salt, hash, n, r, p, kept session, login hash, client, address, real_now) -> hashes in hex of the sessions that ended
SELECT encode(token_hash, 'hex')
  FROM password_set($1::bigint, $2::bytea, $3::bytea, $4::integer, $5::integer, $6::integer, $7::bytea, $8::bytea, $9::text, $10::text,
                    $11::timestamptz)
