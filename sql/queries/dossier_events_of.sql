-- dossier_events_of(dossier) -> the same as dossier_events, where the code's dossier is known
-- quick
SELECT e.seq, e.bytes FROM event e WHERE e.dossier_id = $1::bigint
