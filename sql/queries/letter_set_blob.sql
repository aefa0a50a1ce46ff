-- letter_set_blob(id, sha256): the paper of a numbered letter, once
UPDATE letter SET blob_sha256 = $2::bytea WHERE id = $1::bigint AND number IS NOT NULL AND blob_sha256 IS NULL
