-- verify_persons(after, to) -> who is who in a range of dossiers, by ids alone
SELECT dossier_id, part, ordinal, person_id, version FROM dossier_person
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint ORDER BY dossier_id, part, ordinal
