-- letter_find(id) -> a letter with the code of its dossier
SELECT l.id, l.dossier_id, c.code, l.trigger, l.state, l.author_office_id, l.form, l.data, l.content_hash, l.number,
       l.register_year, l.register_symbol, l.numbered_at, coalesce(v.sha256, l.blob_sha256) AS paper, l.public_token,
       l.is_after_due, l.timing, l.template_version, l.register_office_id, t.text AS template, l.signer_id
  FROM letter l JOIN dossier d ON d.id = l.dossier_id JOIN dossier_code c ON c.code = d.code
  LEFT JOIN form_text t ON t.id = l.template_version
  LEFT JOIN LATERAL (SELECT r.sha256 FROM letter_revision r WHERE r.letter_id = l.id ORDER BY r.ordinal DESC LIMIT 1) v ON true
 WHERE l.id = $1::bigint
