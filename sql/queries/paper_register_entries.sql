-- paper_register_entries(office, year, symbol, after, limit) -> numbers given, with the letters, papers and slips that have them
SELECT e.number, e.entered_at, e.is_typed, e.letter_id, d.code, v.name, coalesce(l.signer_id, s.signer_id) AS signer_id, l.state, e.voided_at,
       e.void_reason, CASE WHEN e.slip_id IS NULL THEN e.kind ELSE 'chasing' END AS kind, d.id
  FROM register_entry e LEFT JOIN letter l ON l.id = e.letter_id
  LEFT JOIN chasing_slip s ON s.id = e.slip_id
  LEFT JOIN dossier d ON d.id = coalesce(l.dossier_id, e.dossier_id)
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE e.office_id = $1::bigint AND e.year = $2::integer AND e.symbol = $3::text AND e.number > $4::bigint
 ORDER BY e.number LIMIT $5::integer
