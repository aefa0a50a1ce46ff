-- audit_all_codes(after dossier, after code, limit) -> the codes kept for ever, also those whose dossier is gone
SELECT dossier_id, code FROM dossier_code WHERE (dossier_id, code) > ($1::bigint, $2::text) ORDER BY dossier_id, code LIMIT $3::integer
