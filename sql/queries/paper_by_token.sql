-- paper_by_token(token) -> the numbered letter behind a QR code
SELECT 1::bigint AS place, l.id AS letter_id, l.form, l.state = 'cancelled' AS is_cancelled, false AS is_superseded, l.number,
       l.register_symbol, l.register_office_id AS office_id, l.numbered_at AS issued_at,
       coalesce((SELECT r.sha256 FROM letter_revision r WHERE r.letter_id = l.id ORDER BY r.ordinal DESC LIMIT 1), l.blob_sha256) AS newest
  FROM letter l WHERE l.public_token = $1::text AND l.number IS NOT NULL
