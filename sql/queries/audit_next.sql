-- audit_next() -> the newest root: day, end, record, hash; before the first, when the first event was recorded
SELECT r.day, r.until_at, r.record, r.hash,
       CASE WHEN r.day IS NULL THEN (SELECT min(recorded_at) FROM event) END
  FROM (SELECT) one LEFT JOIN LATERAL (SELECT * FROM audit_root ORDER BY day DESC LIMIT 1) r ON true
