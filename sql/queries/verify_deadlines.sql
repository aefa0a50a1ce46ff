-- verify_deadlines(after, to) -> the stored deadlines of a range of dossiers
SELECT dossier_id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id FROM dossier_deadline
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint ORDER BY dossier_id, kind, ordinal
