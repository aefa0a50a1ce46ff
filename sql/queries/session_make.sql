-- session_make(token_hash, officer, csrf, kind, real_now, expires_at, acting_for)
INSERT INTO session (token_hash, officer_id, csrf, kind, created_at, last_used_at, expires_at, acting_for_id)
VALUES ($1::bytea, $2::bigint, $3::text, $4::text, $5::timestamptz, $5::timestamptz, $6::timestamptz, $7::bigint)
