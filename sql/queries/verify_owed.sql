-- verify_owed(from_at, to_at, after_id, limit) -> dossiers of which a letter was first owed within these instants, by id
SELECT DISTINCT o.dossier_id FROM letter_obligation o
 WHERE o.owed_at >= $1::timestamptz AND o.owed_at < $2::timestamptz AND o.dossier_id > $3::bigint
 ORDER BY o.dossier_id LIMIT $4::integer
