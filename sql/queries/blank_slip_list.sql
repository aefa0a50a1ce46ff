-- blank_slip_list(offices, NULL for all; batch, NULL for any; state, NULL for any; codes, NULL for any; after code, limit) -> slips by code
SELECT s.code, s.batch_id, s.ordinal, s.office_id, b.ordered_at, b.ordered_by, s.voided_at, s.voided_by, s.void_reason, x.state,
       d.received_at, d.last_recorded_at
  FROM blank_slip s JOIN blank_slip_batch b ON b.id = s.batch_id LEFT JOIN dossier d ON d.id = s.dossier_id
 CROSS JOIN LATERAL (SELECT CASE WHEN d.id IS NOT NULL THEN 'used' WHEN s.voided_at IS NOT NULL THEN 'void' ELSE 'unused' END AS state) x
 WHERE ($1::bigint[] IS NULL OR s.office_id = ANY ($1::bigint[])) AND ($2::bigint IS NULL OR s.batch_id = $2::bigint)
   AND ($3::text IS NULL OR x.state = $3::text) AND ($4::text[] IS NULL OR s.code = ANY ($4::text[])) AND s.code > $5::text
 ORDER BY s.code LIMIT $6::integer
