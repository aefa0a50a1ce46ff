-- reference_offices() -> every office, by id
SELECT id, coalesce(parent_id, 0), coalesce(calendar_id, 0), coalesce(successor_id, 0), key, name, short_name, kind,
       coalesce(identifier, ''), place_name, superior_body, issuing_body,
       array_to_string(signature_lines, '|') AS signature_lines, is_synthetic,
       valid_from, valid_to
  FROM office ORDER BY id
