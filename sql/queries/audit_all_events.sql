-- audit_all_events(after dossier, after seq, limit) -> every event in order of dossier and seq
SELECT dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash FROM event_ever
 WHERE (dossier_id, seq) > ($1::bigint, $2::integer) ORDER BY dossier_id, seq LIMIT $3::integer
