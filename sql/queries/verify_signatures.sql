-- verify_signatures(after, to) -> signatures on letters of a range of dossiers, and what became of the signed files
SELECT l.dossier_id, r.letter_id, r.ordinal, r.sha256, r.serial, coalesce(b.is_complete, false) AS is_complete, c.hash
  FROM letter_revision r JOIN letter l ON l.id = r.letter_id LEFT JOIN blob b ON b.sha256 = r.sha256
  LEFT JOIN LATERAL (SELECT sha256(string_agg(k.bytes, '' ORDER BY k.ordinal)) AS hash FROM blob_chunk k WHERE k.sha256 = r.sha256) c ON true
 WHERE l.dossier_id > $1::bigint AND l.dossier_id <= $2::bigint ORDER BY l.dossier_id, r.letter_id, r.ordinal
