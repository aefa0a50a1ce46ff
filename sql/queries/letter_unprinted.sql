-- letter_unprinted(limit) -> numbered letters whose paper was not kept yet
SELECT id FROM letter WHERE number IS NOT NULL AND blob_sha256 IS NULL ORDER BY id LIMIT $1::integer
