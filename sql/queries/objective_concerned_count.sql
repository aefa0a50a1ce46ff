-- objective_concerned_count(dossier, procedures, from, to) -> how many objective_concerned() will give
SELECT count(*) FROM dossier d
 WHERE d.verdict <> 'none' AND NOT d.is_mistake AND ($1::bigint IS NULL OR d.id = $1::bigint)
   AND (d.ended_at IS NULL OR d.ended_at > $3::timestamptz) AND ($4::timestamptz IS NULL OR d.received_at < $4::timestamptz)
   AND ($2::text[] IS NULL OR d.procedure_id IN (SELECT v.id FROM procedure_version v WHERE v.key = ANY ($2::text[])))
