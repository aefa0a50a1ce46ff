-- session_find(token_hash, real_now) -> who the session is, while it lives
SELECT s.officer_id, s.acting_for_id, s.csrf, s.kind, s.last_used_at, st.epoch, st.clock_offset_us
  FROM session s CROSS JOIN setting st
 WHERE s.token_hash = $1::bytea AND s.expires_at > $2::timestamptz
