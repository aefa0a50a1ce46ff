-- session_revoke_others(officer, kept, address, real_now) -> hashes in hex
SELECT encode(token_hash, 'hex') FROM session_revoke_others($1::bigint, $2::bytea, $3::text, $4::timestamptz)
