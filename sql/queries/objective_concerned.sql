-- objective_concerned(dossier, procedures, from, to, after, limit) -> dossiers with a finding whose life met that time, by id
SELECT d.id, d.code FROM dossier d
 WHERE d.verdict <> 'none' AND NOT d.is_mistake AND d.id > $5::bigint AND ($1::bigint IS NULL OR d.id = $1::bigint)
   AND (d.ended_at IS NULL OR d.ended_at > $3::timestamptz) AND ($4::timestamptz IS NULL OR d.received_at < $4::timestamptz)
   AND ($2::text[] IS NULL OR d.procedure_id IN (SELECT v.id FROM procedure_version v WHERE v.key = ANY ($2::text[])))
 ORDER BY d.id LIMIT $6::integer
