-- print_batch_papers(offices, NULL for all; kind; from, to of their drawing, NULL for any; after code, limit) -> papers as they stand, by code
SELECT d.code, p.sha256, d.id
  FROM paper p JOIN dossier d ON d.id = p.dossier_id
 WHERE ($1::bigint[] IS NULL OR d.supervising_office_id = ANY ($1::bigint[])) AND p.kind = $2::text
   AND ($3::timestamptz IS NULL OR p.drawn_at >= $3::timestamptz) AND ($4::timestamptz IS NULL OR p.drawn_at < $4::timestamptz)
   AND d.code > $5::text
   AND NOT EXISTS (SELECT FROM paper q WHERE q.dossier_id = p.dossier_id AND q.kind = p.kind AND q.number = p.number
                      AND q.version > p.version)
 ORDER BY d.code, p.number LIMIT $6::integer
