-- listing_range(after_id, n) -> the id of the n-th dossier after one, or of the last there is; NULL after the last
SELECT max(r.id) FROM (SELECT id FROM dossier WHERE id > $1::bigint ORDER BY id LIMIT $2::integer) r
