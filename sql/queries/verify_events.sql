-- verify_events(after, to) -> events of a range of dossiers
SELECT dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash FROM event_ever
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint ORDER BY dossier_id, seq
