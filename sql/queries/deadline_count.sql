-- deadline_count(offices, duties, windows, from, to, passed, now, today) -> how many of each kind deadline_page has
SELECT i.kind, count(*)
  FROM dossier_deadline i
 CROSS JOIN LATERAL (SELECT i.due_at < $7::timestamptz AND (i.is_instant OR i.due_on < $8::date) AS passed) s
 WHERE i.office_id = ANY ($1::bigint[])
   AND i.due_at >= coalesce($4::timestamptz, '-infinity') AND i.due_at <= coalesce($5::timestamptz, 'infinity')
   AND (i.kind = ANY ($2::text[]) OR (i.kind = ANY ($3::text[]) AND NOT s.passed))
   AND ($6::boolean IS NULL OR s.passed = $6::boolean)
 GROUP BY i.kind ORDER BY i.kind
