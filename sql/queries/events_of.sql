-- events_of(dossiers) -> the events of many dossiers, by dossier and seq
SELECT dossier_id, seq, bytes FROM event WHERE dossier_id = ANY ($1::bigint[]) ORDER BY dossier_id, seq
