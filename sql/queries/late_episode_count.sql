-- late_episode_count(offices, dossier code, step, open alone) -> how many late_episode_page has
SELECT count(*)
  FROM late_episode i
 WHERE i.office_id = ANY ($1::bigint[])
   AND ($2::text IS NULL OR i.dossier_id = (SELECT c.dossier_id FROM dossier_code c WHERE c.code = $2::text))
   AND ($3::integer IS NULL OR i.step = $3::integer)
   AND (NOT $4::boolean OR i.to_at IS NULL)
