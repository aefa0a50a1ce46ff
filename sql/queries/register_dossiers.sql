-- register_dossiers(offices, field, from, to, limit) -> dossiers that these one-stop units received in a period, in order of receipt
-- passed_at: when the first hands outside the counter took it over.
SELECT d.code, d.case_id, v.name, v.phone, v.address, d.competent_office_id, d.received_at, d.due_original_at,
       (SELECT min(e.at) FROM event_ever e WHERE e.dossier_id = d.id AND e.action = 'take_over') AS passed_at,
       d.done_at, d.returned_at, d.state, d.id
  FROM dossier d
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE NOT d.is_mistake AND d.supervising_office_id = ANY ($1::bigint[])
   AND ($2::bigint IS NULL OR d.field_id = $2::bigint)
   AND d.received_on BETWEEN $3::date AND $4::date
 ORDER BY d.received_at, d.id LIMIT $5::integer
