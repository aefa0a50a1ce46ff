-- verify_addressees(after, to) -> whom the letters of a range of dossiers go to
SELECT l.dossier_id, a.letter_id, a.ordinal, a.person_id, a.person_version, a.delivery, a.state
  FROM letter l JOIN letter_addressee a ON a.letter_id = l.id
 WHERE l.dossier_id > $1::bigint AND l.dossier_id <= $2::bigint ORDER BY l.dossier_id, a.letter_id, a.ordinal
