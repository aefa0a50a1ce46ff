-- closing_list(id, offices, before, limit) -> periods, the newest first: id alone, or those of these offices (NULL: all)
--   version  that is being prepared; NULL: the newest stands
SELECT c.id, c.office_id, c.from_on, c.to_on, c.prepared_by, c.prepared_at, closing_version(c.id) AS version,
       (SELECT coalesce(max(s.version), 0) FROM closing_snapshot s WHERE s.closing_id = c.id) AS newest
  FROM closing c
 WHERE ($1::bigint IS NULL OR c.id = $1::bigint) AND ($2::bigint[] IS NULL OR c.office_id = ANY ($2::bigint[]))
   AND ($3::bigint IS NULL OR c.id < $3::bigint)
 ORDER BY c.id DESC LIMIT $4::integer
