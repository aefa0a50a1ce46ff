-- session_find(token_hashes, real_nows) -> who each session is, while it lives; its end by policy is the reader's to judge
-- quick: it asks for many by itself, so that each of its small tables is looked through once
SELECT s.officer_id, s.acting_for_id, NULL::text AS csrf, s.kind, s.last_used_at, st.epoch, st.clock_offset_us, s.created_at, s.id, s.scopes,
       c.must_change, f.officer_id IS NOT NULL AS has_factor, q.n
  FROM unnest($1::bytea[], $2::timestamptz[]) WITH ORDINALITY q (token_hash, real_now, n)
  JOIN session s ON s.token_hash = q.token_hash AND s.expires_at > q.real_now
 CROSS JOIN setting st
  LEFT JOIN credential c ON c.officer_id = s.officer_id
  LEFT JOIN second_factor f ON f.officer_id = s.officer_id AND f.confirmed_at IS NOT NULL
 ORDER BY q.n
