-- audit_all_dossiers(after, limit) -> every dossier with the number and hash of its newest event
SELECT id, code, version, chain FROM dossier WHERE id > $1::bigint ORDER BY id LIMIT $2::integer
