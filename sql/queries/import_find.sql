-- import_find(source, keys, codes) -> for each, in order: the dossier imported before and the hash of its rows; whose the code is
SELECT coalesce(w.dossier_id, 0), w.row_hash, coalesce(c.dossier_id, 0)
  FROM unnest($2::text[], $3::text[]) WITH ORDINALITY u (key, code, o)
  LEFT JOIN import_row w ON w.source_key = $1::text AND w.external_key = u.key
  LEFT JOIN dossier_code c ON c.code = u.code
 ORDER BY u.o
