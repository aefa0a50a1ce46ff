-- print_batch_letters(offices, NULL for all; state; from, to of their numbering, NULL for any; after code, limit) -> papers by the code of their dossiers
SELECT d.code, coalesce(v.sha256, l.blob_sha256) AS sha256, d.id
  FROM letter l JOIN dossier d ON d.id = l.dossier_id
  LEFT JOIN LATERAL (SELECT r.sha256 FROM letter_revision r WHERE r.letter_id = l.id ORDER BY r.ordinal DESC LIMIT 1) v ON true
 WHERE ($1::bigint[] IS NULL OR l.author_office_id = ANY ($1::bigint[])) AND l.state = $2::text AND l.blob_sha256 IS NOT NULL
   AND ($3::timestamptz IS NULL OR l.numbered_at >= $3::timestamptz) AND ($4::timestamptz IS NULL OR l.numbered_at < $4::timestamptz)
   AND d.code > $5::text
 ORDER BY d.code, l.id LIMIT $6::integer
