-- audit_groups(list, from, to, officers, minutes, with imports, dossiers) -> rows of each officer: how many, the largest measure, the smallest
SELECT officer_id, count(*), max(measure), min(measure)
  FROM audit_rows($1::text, $2::timestamptz, $3::timestamptz, $4::bigint[], $5::integer, $6::boolean, $7::bigint[])
 GROUP BY officer_id ORDER BY 2 DESC, 1
