-- deadlines_walk(after_id, limit) -> dossiers that have not ended, by id: those that may have deadlines
SELECT id FROM dossier WHERE ended_at IS NULL AND NOT is_mistake AND id > $1::bigint ORDER BY id LIMIT $2::integer
