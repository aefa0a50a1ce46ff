-- change_list(kind, key, id, before id, limit) -> edits of reference data, the newest first; long texts are cut unless one is asked for
SELECT id, kind, key, action, effective_on, actor_id, source, reason,
       CASE WHEN $3::bigint IS NULL THEN left(before, 4000) ELSE before END,
       CASE WHEN $3::bigint IS NULL THEN left(after, 4000) ELSE after END,
       $3::bigint IS NULL AND (length(before) > 4000 OR length(after) > 4000), recorded_at
  FROM reference_change
 WHERE ($1::text IS NULL OR kind = $1::text) AND ($2::text IS NULL OR key = $2::text)
   AND ($3::bigint IS NULL OR id = $3::bigint) AND ($4::bigint IS NULL OR id < $4::bigint)
 ORDER BY id DESC LIMIT $5::bigint
