-- letter_persons(letter) -> ordinal 0: whose dossier it is; then everybody the letter goes to, in order
SELECT a.ordinal, v.kind, v.name, v.phone, v.address, a.delivery, a.state, a.changed_at, a.proof
  FROM (SELECT 0 AS ordinal, d.applicant_id AS person_id, d.applicant_version AS person_version, '' AS delivery, '' AS state,
               NULL::timestamptz AS changed_at, '' AS proof
          FROM letter l JOIN dossier d ON d.id = l.dossier_id WHERE l.id = $1::bigint
        UNION ALL
        SELECT ordinal, person_id, person_version, delivery, state, changed_at, proof FROM letter_addressee WHERE letter_id = $1::bigint) a
  JOIN person_version v ON v.person_id = a.person_id AND v.version = a.person_version
 ORDER BY a.ordinal
