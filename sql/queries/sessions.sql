-- sessions(officer, real_now, tokens) -> the officer's sessions (or API tokens) that live, newest use first
SELECT s.id, s.kind, s.name, s.scopes, s.address, s.user_agent, s.created_at, s.last_used_at, s.ends_at, encode(s.token_hash, 'hex')
  FROM session_state s
 WHERE s.officer_id = $1::bigint AND s.ends_at > $2::timestamptz AND (s.kind = 'token') = $3::boolean
 ORDER BY s.last_used_at DESC, s.id LIMIT 200
