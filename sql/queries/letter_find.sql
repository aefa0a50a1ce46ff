-- letter_find(id) -> a letter with the code of its dossier
SELECT l.id, l.dossier_id, c.code, l.trigger, l.state, l.author_office_id, l.form, l.data, l.content_hash, l.number,
       l.register_year, l.register_symbol, l.numbered_at, l.blob_sha256, l.public_token, l.is_after_due, l.timing
  FROM letter l JOIN dossier d ON d.id = l.dossier_id JOIN dossier_code c ON c.code = d.code
 WHERE l.id = $1::bigint
