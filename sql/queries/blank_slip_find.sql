-- blank_slip_find(code) -> what is printed on it, and what became of it
SELECT s.office_id, s.dossier_id, b.ordered_at, s.voided_at IS NOT NULL AS is_void, s.void_reason, d.id IS NOT NULL AS is_used
  FROM blank_slip s JOIN blank_slip_batch b ON b.id = s.batch_id LEFT JOIN dossier d ON d.id = s.dossier_id WHERE s.code = $1::text
