-- reference_cases() -> every case of every procedure version, by id
SELECT c.id, v.id, v.field_id, v.key, v.national_code, v.name, c.key, c.name, v.level, c.time_limit, c.returns_at_once,
       v.supplement_effect, v.financial_effect, v.valid_from, v.valid_to, coalesce(v.competent_office_id, 0),
       c.fee_dong, v.is_place_free, v.result_name, v.legal_basis, v.decision
  FROM procedure_case c JOIN procedure_version v ON v.id = c.procedure_id ORDER BY c.id
