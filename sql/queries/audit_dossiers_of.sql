-- audit_dossiers_of(code, blind index of an identity number) -> dossiers: the one of that code, or all in which that person stands
SELECT array_agg(DISTINCT i.dossier_id)
  FROM (SELECT c.dossier_id FROM dossier_code c WHERE c.code = $1::text
        UNION ALL
        SELECT p.dossier_id FROM person_version v JOIN dossier_person p ON p.person_id = v.person_id WHERE v.identity_index = $2::bytea) i
