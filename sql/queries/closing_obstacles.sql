-- closing_obstacles(closing, version, from, to, state_at, known_at, now, today, offices, unreported, kind, after, limit) -> of one kind, by key
SELECT o.key, o.code, o.office_id, w.reason, w.given_by, w.given_at
  FROM closing_obstacles($3::date, $4::date, $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::date, $9::bigint[], $10::bigint[]) o
  LEFT JOIN closing_word w ON w.closing_id = $1::bigint AND w.version = $2::integer AND w.kind = o.kind AND w.key = o.key
 WHERE o.kind = $11::text AND ($12::text IS NULL OR o.key COLLATE "C" > $12::text)
 ORDER BY o.key COLLATE "C" LIMIT $13::integer
