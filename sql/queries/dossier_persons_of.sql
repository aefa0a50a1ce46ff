-- dossier_persons_of(dossier) -> the same as dossier_persons, where the code's dossier is known
-- quick
SELECT p.part, p.ordinal, p.person_id, p.version, v.kind, v.name, v.identity, v.phone, v.address, v.email, v.name_folded
  FROM dossier_person p JOIN person_version v ON v.person_id = p.person_id AND v.version = p.version
 WHERE p.dossier_id = $1::bigint ORDER BY p.part, p.ordinal
