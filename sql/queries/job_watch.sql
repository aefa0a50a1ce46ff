-- job_watch(known, last_id) -> jobs under way, those that were (asked for by id), and those ordered since; last_id NULL: the
-- first look. At least one row, with the newest id. An id that commits out of its order is found while it is under way.
SELECT m.last_id, j.id, j.kind, j.state, j.done, j.total
  FROM (SELECT coalesce(max(id), 0) AS last_id FROM job) m
  LEFT JOIN job j ON j.state IN ('waiting', 'running') OR j.id = ANY ($1::bigint[]) OR j.id > $2::bigint
 ORDER BY j.id
