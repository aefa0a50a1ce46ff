-- blob_put(sha256, size, type, bytes, created_at): a paper of at most 1 MiB by its content
WITH made AS (
    INSERT INTO blob (sha256, size, type, is_complete, created_at)
    VALUES ($1::bytea, $2::bigint, $3::text, true, $5::timestamptz) ON CONFLICT DO NOTHING RETURNING sha256
)
INSERT INTO blob_chunk (sha256, ordinal, bytes) SELECT sha256, 0, $4::bytea FROM made
