-- closing_counts(closing, version, from, to, state_at, known_at, now, today, offices, unreported) -> by kind: things in the way, those with a leader's word
SELECT o.kind, count(*), count(w.key)
  FROM closing_obstacles($3::date, $4::date, $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::date, $9::bigint[], $10::bigint[]) o
  LEFT JOIN closing_word w ON w.closing_id = $1::bigint AND w.version = $2::integer AND w.kind = o.kind AND w.key = o.key
 GROUP BY o.kind ORDER BY o.kind
