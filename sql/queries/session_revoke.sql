-- session_revoke(id, owner or NULL, by, address, real_now) -> its hash in hex
SELECT encode(token_hash, 'hex') FROM session_revoke($1::text, $2::bigint, $3::bigint, $4::text, $5::timestamptz)
