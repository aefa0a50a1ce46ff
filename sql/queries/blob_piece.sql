-- blob_piece(sha256, ordinal) -> a piece of a file
SELECT bytes FROM blob_chunk WHERE sha256 = $1::bytea AND ordinal = $2::integer
