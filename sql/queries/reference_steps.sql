-- reference_steps() -> the steps of every case, in order
SELECT case_id, seq, name, office, coalesce(office_id, 0), role, budget_minutes, coalesce(least_minutes, -1), is_decision
  FROM procedure_step ORDER BY case_id, seq
