-- reference_form_sets() -> the sets of forms, in order of validity
SELECT id, key, name, valid_from, valid_to FROM form_set ORDER BY valid_from
