-- deadlines_walk(after_id, limit) -> dossiers that have not ended, by id, and their alarms: those that may have deadlines
SELECT id, next_alarm_at FROM dossier WHERE ended_at IS NULL AND NOT is_mistake AND id > $1::bigint ORDER BY id LIMIT $2::integer
