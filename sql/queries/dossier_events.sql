-- dossier_events(code) -> every event of the dossier, in order of seq
-- quick
SELECT e.seq, e.bytes, e.hash
  FROM dossier_code c JOIN event e ON e.dossier_id = c.dossier_id
 WHERE c.code = $1::text ORDER BY e.seq
