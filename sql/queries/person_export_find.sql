-- person_export_find(indexes of a number, dossier code, offices, NULL for all) -> persons with this number, or the applicant of the dossier,
-- of whom somebody at these offices has a dossier
WITH hit AS (
    SELECT v.person_id AS id FROM person_version v WHERE v.identity_index = ANY ($1::bytea[]) OR v.phone_index = ANY ($1::bytea[])
    UNION
    SELECT p.person_id FROM dossier_code c JOIN dossier_person p ON p.dossier_id = c.dossier_id AND p.part = 'applicant' WHERE c.code = $2::text
)
SELECT h.id FROM hit h
 WHERE $3::bigint[] IS NULL OR EXISTS (
     SELECT FROM dossier_person p JOIN dossier d ON d.id = p.dossier_id
      WHERE p.person_id = h.id AND dossier_is_of(d, $3::bigint[]))
 ORDER BY h.id LIMIT 21
