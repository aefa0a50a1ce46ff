-- remarks_of(code) -> free texts of a dossier, by id
-- quick
SELECT r.id, r.text FROM dossier_code c JOIN remark r ON r.dossier_id = c.dossier_id WHERE c.code = $1::text ORDER BY r.id
