-- upload_put(id, received before, ordinal, bytes, NULL for those in the folder; length, now) -> bytes kept now, no row when another piece came first
WITH mine AS (
    SELECT id FROM upload WHERE id = $1::bigint AND received = $2::bigint FOR UPDATE
), put AS (
    INSERT INTO upload_chunk (upload_id, ordinal, bytes) SELECT id, $3::integer, $4::bytea FROM mine WHERE $4::bytea IS NOT NULL
)
UPDATE upload u SET received = u.received + $5::bigint, changed_at = $6::timestamptz FROM mine m WHERE u.id = m.id
RETURNING u.received
