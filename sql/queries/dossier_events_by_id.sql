-- dossier_events_by_id(dossier) -> every event of the dossier, in order of seq
SELECT seq, bytes, hash FROM event WHERE dossier_id = $1::bigint ORDER BY seq
