-- person_again(indexes of a number, offices, limit) -> newest versions of the persons with this number who have a dossier at these
-- offices, with the newest of these
WITH hit AS (
    SELECT DISTINCT v.person_id AS id FROM person_version v WHERE v.identity_index = ANY ($1::bytea[]) OR v.phone_index = ANY ($1::bytea[])
     ORDER BY 1 DESC LIMIT 50)
SELECT v.person_id, v.kind, v.name, v.identity, v.phone, v.address, v.email, last.dossier_id, last.received_on
  FROM hit h
  JOIN LATERAL (SELECT * FROM person_version w WHERE w.person_id = h.id ORDER BY w.version DESC LIMIT 1) v ON v.forgotten_at IS NULL
  JOIN LATERAL (SELECT d.id AS dossier_id, d.received_on FROM dossier_person p JOIN dossier d ON d.id = p.dossier_id
                 WHERE p.person_id = h.id
                   AND dossier_is_of(d, $2::bigint[])
                 ORDER BY d.id DESC LIMIT 1) last ON true
 ORDER BY last.dossier_id DESC LIMIT $3::integer
