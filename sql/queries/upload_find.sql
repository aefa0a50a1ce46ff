-- upload_find(id, officer) -> a file on its way in, for whoever sends it
SELECT u.id, u.dossier_id, d.code, u.purpose, u.component, u.handling, u.name, u.size, u.received, u.place, u.attached
  FROM upload u JOIN dossier d ON d.id = u.dossier_id
 WHERE u.id = $1::bigint AND u.officer_id = $2::bigint
