-- portal_dossiers(from, to, office, known_at) -> the rows of the newest file of dossiers of just this period and office, by code
SELECT p.line, p.code, p.received_at, p.due_at, p.ended_at, coalesce(p.status, 0), p.days
  FROM portal_dossier p
 WHERE p.file_id = (SELECT max(f.id) FROM portal_file f WHERE f.kind = 'dossiers' AND f.from_on = $1::date AND f.to_on = $2::date
                       AND f.office_id IS NOT DISTINCT FROM $3::bigint AND f.recorded_at <= $4::timestamptz)
 ORDER BY p.code COLLATE "C"
