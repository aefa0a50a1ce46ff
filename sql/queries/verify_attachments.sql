-- verify_attachments(after, to) -> papers attached to a range of dossiers, and what became of their files; those of the folder are not read
SELECT a.dossier_id, a.number, a.purpose, a.component, a.handling, a.sha256, a.detached_at IS NOT NULL AS is_detached, b.place,
       b.size = a.size AND (b.place = 'folder' OR coalesce(c.size, 0) = a.size) AS is_whole
  FROM attachment a JOIN blob b ON b.sha256 = a.sha256
  LEFT JOIN LATERAL (SELECT sum(octet_length(k.bytes))::bigint AS size FROM blob_chunk k WHERE k.sha256 = a.sha256) c ON true
 WHERE a.dossier_id > $1::bigint AND a.dossier_id <= $2::bigint ORDER BY a.dossier_id, a.number
