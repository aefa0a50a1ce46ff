-- verify_letters(after, to) -> letters of a range of dossiers, with their entry in a register and what became of the paper
SELECT l.dossier_id, l.id, l.trigger, l.state, l.author_office_id, l.at_fault_office_id, l.is_after_due, l.latest_at,
       l.reappointed_at, l.number, l.timing, l.register_office_id, l.register_year, l.register_symbol, l.data,
       l.content_hash, l.blob_sha256, e.office_id AS entry_office_id, e.year AS entry_year, e.symbol AS entry_symbol,
       e.number AS entry_number, b.size AS paper_size, coalesce(b.is_complete, false) AS paper_is_complete,
       c.size AS chunks_size, c.hash AS chunks_hash
  FROM letter l LEFT JOIN register_entry e ON e.letter_id = l.id LEFT JOIN blob b ON b.sha256 = l.blob_sha256
  LEFT JOIN LATERAL (SELECT sum(octet_length(k.bytes))::bigint AS size, sha256(string_agg(k.bytes, '' ORDER BY k.ordinal)) AS hash
                       FROM blob_chunk k WHERE k.sha256 = l.blob_sha256) c ON l.blob_sha256 IS NOT NULL
 WHERE l.dossier_id > $1::bigint AND l.dossier_id <= $2::bigint ORDER BY l.dossier_id, l.id
