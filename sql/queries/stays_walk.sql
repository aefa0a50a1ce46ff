-- stays_walk(after_id, limit) -> accepted dossiers that have no stays, by id
SELECT d.id FROM dossier d
 WHERE d.id > $1::bigint AND d.received_at IS NOT NULL AND NOT EXISTS (SELECT FROM stay s WHERE s.dossier_id = d.id)
 ORDER BY d.id LIMIT $2::integer
