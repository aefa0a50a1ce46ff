-- dossier_events(code) -> every event of the dossier, in any order
-- quick
SELECT e.seq, e.bytes
  FROM dossier_code c JOIN event e ON e.dossier_id = c.dossier_id
 WHERE c.code = $1::text
