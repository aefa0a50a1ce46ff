-- session_find(token_hash, real_now) -> who the session is, while it lives; its end by policy is the reader's to judge
-- quick, one row at most
SELECT s.officer_id, s.kind, s.last_used_at, (SELECT st.epoch FROM setting st) AS epoch, (SELECT st.clock_offset_us FROM setting st) AS clock_offset_us,
       s.created_at, s.id, s.scopes, s.must_change, s.has_factor
  FROM session s
 WHERE s.token_hash = $1::bytea AND s.expires_at > $2::timestamptz
