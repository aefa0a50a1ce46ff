-- blob_get(sha256) -> the pieces of a paper, in order
SELECT c.bytes, b.type FROM blob b JOIN blob_chunk c ON c.sha256 = b.sha256
 WHERE b.sha256 = $1::bytea AND b.is_complete ORDER BY c.ordinal
