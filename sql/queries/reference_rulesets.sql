-- reference_rulesets() -> every ruleset with a parameter per row, by id
SELECT r.id, r.key, r.decree, r.circular, r.valid_from, r.valid_to, p.name, p.value
  FROM ruleset r LEFT JOIN ruleset_parameter p ON p.ruleset_id = r.id ORDER BY r.id, p.name
