-- session_gone(token hashes in hex, real_now) -> those whose session has ended
SELECT h FROM unnest($1::text[]) h
 WHERE NOT EXISTS (SELECT FROM session_state s WHERE s.token_hash = decode(h, 'hex') AND s.ends_at > $2::timestamptz)
