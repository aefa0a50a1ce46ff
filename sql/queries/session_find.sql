-- session_find(token_hash, real_now) -> who the session is, while it lives; its end by policy is the reader's to judge
-- quick
SELECT s.officer_id, s.acting_for_id, NULL::text AS csrf, s.kind, s.last_used_at, st.epoch, st.clock_offset_us, s.created_at, s.id, s.scopes,
       c.must_change, EXISTS (SELECT FROM second_factor f WHERE f.officer_id = s.officer_id AND f.confirmed_at IS NOT NULL) AS has_factor
  FROM session s CROSS JOIN setting st LEFT JOIN credential c ON c.officer_id = s.officer_id
 WHERE s.token_hash = $1::bytea AND s.expires_at > $2::timestamptz
