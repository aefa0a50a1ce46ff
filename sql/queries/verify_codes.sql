-- verify_codes(after, to) -> the codes kept for ever of a range of dossiers
SELECT dossier_id, code FROM dossier_code
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint ORDER BY dossier_id, code
