-- audit_changes(after id, last id, limit) -> edits of reference data in order: how many, the last id, 0, and of each its id,
-- four zero bytes and its hash, 44 bytes, one after another
SELECT count(*), max(id), 0, string_agg(int8send(id) || int4send(0) || hash, '' ORDER BY id)
  FROM (SELECT id, hash FROM reference_change WHERE id > $1::bigint AND id <= $2::bigint ORDER BY id LIMIT $3::integer) page
