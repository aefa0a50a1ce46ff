-- events_of(dossiers) -> the events of many dossiers, by dossier and seq
-- One dossier after another, so that each is looked for in the table of its year alone.
SELECT e.dossier_id, e.seq, e.bytes
  FROM (SELECT DISTINCT u.id FROM unnest($1::bigint[]) u (id) ORDER BY u.id) u
 CROSS JOIN LATERAL (SELECT x.dossier_id, x.seq, x.bytes FROM event_ever x WHERE x.dossier_id = u.id ORDER BY x.seq) e
 ORDER BY e.dossier_id, e.seq
