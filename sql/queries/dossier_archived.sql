-- dossier_archived(code) -> of a dossier that is there: its filing year if that is detached, or about to be; and the offices that say who may know of it
SELECT y.year, d.filed_office_id, d.supervising_office_id, d.competent_office_id, d.holder_office_id, d.at_fault_office_id
  FROM dossier_code c JOIN dossier d ON d.id = c.dossier_id LEFT JOIN event_year y ON y.year = c.dossier_id / 10000000000
 WHERE c.code = $1::text
