-- desk_dossiers(officer, office, after, limit, change) -> open dossiers that are the officer's there, by id; is it so now?
-- With them what was assigned since the change, among which is what its job has given already: so that a chunk begun again is the same.
SELECT d.id, d.code, u.is_there
  FROM dossier d
  CROSS JOIN LATERAL (SELECT d.ended_at IS NULL AND (coalesce(d.holder_office_id = $2::bigint AND d.holder_officer_id = $1::bigint, false)
                             OR coalesce(d.pending_office_id = $2::bigint AND d.pending_officer_id = $1::bigint, false)) AS is_there) u
 WHERE d.id > $3::bigint AND NOT d.is_mistake
   AND (u.is_there
        OR (d.last_recorded_at >= (SELECT c.recorded_at FROM reference_change c WHERE c.id = $5::bigint)
            AND EXISTS (SELECT FROM event e WHERE e.dossier_id = d.id AND e.action = 'assign')))
 ORDER BY d.id LIMIT $4::integer
