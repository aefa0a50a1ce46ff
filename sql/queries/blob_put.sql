-- blob_put(sha256, size, type, pieces, created_at): a paper by its content; bytes that were in the folder alone come into the database too
WITH made AS (
    INSERT INTO blob (sha256, size, type, is_complete, created_at)
    VALUES ($1::bytea, $2::bigint, $3::text, true, $5::timestamptz)
    ON CONFLICT (sha256) DO UPDATE SET place = 'database' WHERE blob.place = 'folder' RETURNING sha256
)
INSERT INTO blob_chunk (sha256, ordinal, bytes)
SELECT m.sha256, p.ordinality - 1, p.piece FROM made m CROSS JOIN unnest($4::bytea[]) WITH ORDINALITY AS p(piece, ordinality)
