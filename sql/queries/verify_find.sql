-- verify_find(code) -> the id of the dossier with that code
SELECT dossier_id FROM dossier_code WHERE code = $1::text
