-- person_open(persons, offices, limit) -> their open dossiers at these offices, the newest first
SELECT p.person_id, d.id, d.code, d.case_id, d.state, d.received_at, d.due_at
  FROM dossier_person p JOIN dossier d ON d.id = p.dossier_id
 WHERE p.person_id = ANY ($1::bigint[]) AND p.part = 'applicant' AND d.ended_at IS NULL AND NOT d.is_mistake
   AND dossier_is_of(d, $2::bigint[])
 ORDER BY d.id DESC LIMIT $3::integer
