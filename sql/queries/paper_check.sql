-- paper_check(hashes, hexadecimal) -> what they are of: letters, their signed revisions, papers handed out, their reprints
WITH asked AS (
    SELECT decode(h, 'hex') AS sha256, ordinality AS place FROM unnest($1::text[]) WITH ORDINALITY AS u(h, ordinality)
)
SELECT a.place, l.id AS letter_id, l.form, l.state = 'cancelled' AS is_cancelled, false AS is_superseded, l.number, l.register_symbol,
       l.register_office_id AS office_id, l.numbered_at AS issued_at, coalesce(v.sha256, l.blob_sha256) AS newest
  FROM asked a JOIN letter l ON l.blob_sha256 = a.sha256
  LEFT JOIN LATERAL (SELECT r.sha256 FROM letter_revision r WHERE r.letter_id = l.id ORDER BY r.ordinal DESC LIMIT 1) v ON true
UNION ALL
SELECT a.place, l.id, l.form, l.state = 'cancelled', false, l.number, l.register_symbol, l.register_office_id, l.numbered_at,
       (SELECT r.sha256 FROM letter_revision r WHERE r.letter_id = l.id ORDER BY r.ordinal DESC LIMIT 1)
  FROM asked a JOIN letter_revision x ON x.sha256 = a.sha256 JOIN letter l ON l.id = x.letter_id
UNION ALL
SELECT a.place, NULL, p.form, d.is_mistake, n.version > p.version, e.number, e.symbol,
       p.office_id, p.drawn_at, n.sha256
  FROM asked a JOIN paper p ON p.sha256 = a.sha256 JOIN dossier d ON d.id = p.dossier_id
  LEFT JOIN register_entry e ON e.dossier_id = p.dossier_id AND e.kind = p.kind AND e.ordinal = p.number
 CROSS JOIN LATERAL (SELECT q.version, q.sha256 FROM paper q WHERE q.dossier_id = p.dossier_id AND q.kind = p.kind
                        AND q.number = p.number ORDER BY q.version DESC LIMIT 1) n
UNION ALL
SELECT a.place, NULL, p.form, d.is_mistake, n.version > p.version, NULL, NULL, p.office_id, r.printed_at,
       CASE WHEN n.version > p.version THEN n.sha256 ELSE r.sha256 END
  FROM asked a JOIN paper_reprint r ON r.sha256 = a.sha256 JOIN paper p USING (dossier_id, kind, number, version)
  JOIN dossier d ON d.id = p.dossier_id
 CROSS JOIN LATERAL (SELECT q.version, q.sha256 FROM paper q WHERE q.dossier_id = p.dossier_id AND q.kind = p.kind
                        AND q.number = p.number ORDER BY q.version DESC LIMIT 1) n
 ORDER BY 1
