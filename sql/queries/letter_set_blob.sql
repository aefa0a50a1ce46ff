-- letter_set_blob(id, sha256): the paper of a numbered letter, once; of nothing that is not kept, as when the disk was full a moment ago
UPDATE letter SET blob_sha256 = $2::bytea WHERE id = $1::bigint AND number IS NOT NULL AND blob_sha256 IS NULL
   AND EXISTS (SELECT FROM blob b WHERE b.sha256 = $2::bytea)
