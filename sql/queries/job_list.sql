-- job_list(kinds, state, before, limit, personal kinds, officer) -> jobs of these kinds, the latest first; of the personal ones
-- those that the officer ordered
SELECT id, kind, state, done, total, n_items, created_by, created_at, started_at, ended_at,
       cancel_requested_at IS NOT NULL AS is_cancel_requested, error, result, lease_until
  FROM job
 WHERE kind = ANY ($1::text[]) AND ($2::text IS NULL OR state = $2::text) AND id < $3::bigint
   AND (created_by = $6::bigint OR NOT kind = ANY ($5::text[]))
 ORDER BY id DESC LIMIT $4::integer
