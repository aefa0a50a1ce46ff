-- blank_slip_batches(offices, NULL for all; id, NULL for any; before id, limit) -> batches, the newest first, with what became of their slips
SELECT b.id, b.office_id, b.ordered_by, b.ordered_at, b.prints, b.printed_at, x.n, x.first, x.last, x.used, x.void
  FROM blank_slip_batch b
 CROSS JOIN LATERAL (SELECT count(*)::integer AS n, min(s.code) AS first, max(s.code) AS last, count(d.id)::integer AS used,
                            (count(*) FILTER (WHERE d.id IS NULL AND s.voided_at IS NOT NULL))::integer AS void
                       FROM blank_slip s LEFT JOIN dossier d ON d.id = s.dossier_id WHERE s.batch_id = b.id) x
 WHERE ($1::bigint[] IS NULL OR b.office_id = ANY ($1::bigint[])) AND ($2::bigint IS NULL OR b.id = $2::bigint) AND b.id < $3::bigint
 ORDER BY b.id DESC LIMIT $4::integer
