-- closing_words(closing, version) -> the words of leaders, and the hash of the newest snapshot of the office in each row; one row at least
SELECT w.kind, w.key, w.reason, w.given_by, w.given_at,
       (SELECT s.sha256 FROM closing_snapshot s WHERE s.office_id = c.office_id ORDER BY s.ordinal DESC LIMIT 1)
  FROM closing c LEFT JOIN closing_word w ON w.closing_id = c.id AND w.version = $2::integer
 WHERE c.id = $1::bigint ORDER BY w.kind COLLATE "C", w.key COLLATE "C"
