-- reference_change_find(ids) -> the decisions that edits of reference data rest on
SELECT id, source, reason FROM reference_change WHERE id = ANY ($1::bigint[])
