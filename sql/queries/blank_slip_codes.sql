-- blank_slip_codes(batch) -> the slips of a batch that may still be handed out, with the ids kept for them
SELECT s.code, s.dossier_id, s.ordinal FROM blank_slip s
 WHERE s.batch_id = $1::bigint AND s.voided_at IS NULL AND NOT EXISTS (SELECT FROM dossier d WHERE d.id = s.dossier_id) ORDER BY s.ordinal
