-- dossier_chain(code) -> dossier_events() with the hash of each event
-- quick
SELECT e.seq, e.bytes, e.hash
  FROM dossier_code c JOIN event e ON e.dossier_id = c.dossier_id
 WHERE c.code = $1::text
