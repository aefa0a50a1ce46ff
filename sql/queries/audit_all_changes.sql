-- audit_all_changes(after, limit) -> edits of reference data as they were hashed
SELECT id, kind, key, action, effective_on::text, actor_id::text, source, reason, before, after, recorded_at, hash
  FROM reference_change WHERE id > $1::bigint ORDER BY id LIMIT $2::integer
