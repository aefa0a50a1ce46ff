-- upload_keep(upload, sha256, size, type, place, now): the whole file under its content
WITH made AS (
    INSERT INTO blob (sha256, size, type, is_complete, created_at, place)
    VALUES ($2::bytea, $3::bigint, $4::text, true, $6::timestamptz, $5::text) ON CONFLICT DO NOTHING RETURNING sha256
)
INSERT INTO blob_chunk (sha256, ordinal, bytes)
SELECT m.sha256, c.ordinal, c.bytes FROM made m JOIN upload_chunk c ON c.upload_id = $1::bigint WHERE $5::text = 'database'
