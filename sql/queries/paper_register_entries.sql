-- paper_register_entries(office, year, symbol, after, limit) -> numbers given, with the letters and papers that have them
SELECT e.number, e.entered_at, e.is_typed, e.letter_id, d.code, v.name, l.signer_id, l.state, e.voided_at, e.void_reason, e.kind, d.id
  FROM register_entry e LEFT JOIN letter l ON l.id = e.letter_id JOIN dossier d ON d.id = coalesce(l.dossier_id, e.dossier_id)
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE e.office_id = $1::bigint AND e.year = $2::integer AND e.symbol = $3::text AND e.number > $4::bigint
 ORDER BY e.number LIMIT $5::integer
