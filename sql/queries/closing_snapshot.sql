-- closing_snapshot(closing, version) -> content, document, as_of, known_at
SELECT s.content, s.document, s.as_of, s.known_at FROM closing_snapshot s WHERE s.closing_id = $1::bigint AND s.version = $2::integer
