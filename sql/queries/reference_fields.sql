-- reference_fields() -> every field, by id
SELECT id, key, name FROM field ORDER BY id
