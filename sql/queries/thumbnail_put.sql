-- thumbnail_put(sha256, jpeg): a small picture, made once
INSERT INTO thumbnail (sha256, jpeg) VALUES ($1::bytea, $2::bytea) ON CONFLICT DO NOTHING
