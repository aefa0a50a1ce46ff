-- sweep_items(run, did, offices, after, limit) -> what a night did, to dossiers of these offices (NULL: all), by number
SELECT i.dossier_id, d.code, i.did, i.competent_office_id, i.verdict, i.at_fault_office_id, i.due_at, i.error
  FROM sweep_item i JOIN dossier d ON d.id = i.dossier_id
 WHERE i.run_id = $1::bigint AND i.dossier_id > $4::bigint
   AND ($2::text IS NULL OR i.did @> ARRAY[$2::text])
   AND ($3::bigint[] IS NULL OR i.competent_office_id = ANY ($3::bigint[]) OR d.holder_office_id = ANY ($3::bigint[])
        OR d.supervising_office_id = ANY ($3::bigint[]) OR d.filed_office_id = ANY ($3::bigint[]))
 ORDER BY i.dossier_id LIMIT $5::integer
