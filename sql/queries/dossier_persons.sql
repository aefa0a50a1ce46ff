-- dossier_persons(code) -> who is who in the dossier
-- quick
SELECT p.part, p.ordinal, p.person_id, p.version, v.kind, v.name, v.identity, v.phone, v.address, v.email, v.name_folded
  FROM dossier_code c JOIN dossier_person p ON p.dossier_id = c.dossier_id
  JOIN person_version v ON v.person_id = p.person_id AND v.version = p.version
 WHERE c.code = $1::text ORDER BY p.part, p.ordinal
