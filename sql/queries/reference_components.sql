-- reference_components() -> the papers of every case, in order
SELECT case_id, name, kind, copies, is_required FROM procedure_component ORDER BY case_id, seq
