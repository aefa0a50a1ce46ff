-- verify_facts(after, to) -> the live facts of a range of dossiers
SELECT * FROM dossier_fact
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint AND known_to = 'infinity' ORDER BY dossier_id, valid_from
