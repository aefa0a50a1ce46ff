-- paper_find(dossier, kind, number) -> the paper as it was handed out last
SELECT version, data_hash, sha256 FROM paper
 WHERE dossier_id = $1::bigint AND kind = $2::text AND number = $3::integer ORDER BY version DESC LIMIT 1
