-- upload_drop(id, number): the file is attached; its pieces go, its row stays for whoever asks again
WITH pieces AS (DELETE FROM upload_chunk WHERE upload_id = $1::bigint)
UPDATE upload SET attached = $2::integer WHERE id = $1::bigint
