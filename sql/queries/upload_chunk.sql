-- upload_chunk(upload, ordinal) -> a piece
SELECT bytes FROM upload_chunk WHERE upload_id = $1::bigint AND ordinal = $2::integer
