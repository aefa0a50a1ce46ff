-- attachment_list(code) -> papers attached to a dossier, with those taken off again
SELECT a.number, a.purpose, a.component, a.handling, a.name, a.sha256, a.size, a.type, a.officer_id, a.attached_at, a.detached_at
  FROM attachment a JOIN dossier_code c ON c.dossier_id = a.dossier_id WHERE c.code = $1::text ORDER BY a.number
