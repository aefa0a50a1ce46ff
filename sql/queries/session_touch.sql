-- session_touch(token_hash, real_now): it was used; at most once a minute
UPDATE session SET last_used_at = $2::timestamptz
 WHERE token_hash = $1::bytea AND last_used_at < $2::timestamptz - interval '50 seconds'
