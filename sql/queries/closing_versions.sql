-- closing_versions(closing) -> its snapshots without their content, oldest first
SELECT s.version, s.as_of, s.known_at, encode(s.sha256, 'hex'), encode(s.previous_sha256, 'hex'), s.ordinal, s.closed_by, s.closed_at, s.signed_by,
       s.signed_serial, s.signed_at, r.reason, r.reopened_by, r.reopened_at
  FROM closing_snapshot s LEFT JOIN closing_reopening r ON r.closing_id = s.closing_id AND r.version = s.version
 WHERE s.closing_id = $1::bigint ORDER BY s.version
