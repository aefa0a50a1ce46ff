-- verify_dossiers(after, to, limit) -> whole rows in order of id: a column nobody verifies is found out by its name
SELECT * FROM dossier WHERE id > $1::bigint AND id <= $2::bigint ORDER BY id LIMIT $3::integer
