-- upload_drop(id): the file is attached, or given up
DELETE FROM upload WHERE id = $1::bigint
