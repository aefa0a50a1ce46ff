-- paper_find(dossier, kind, number) -> one row: the paper as it was handed out last, its number in the register, its template, how
-- often it was printed again
SELECT p.version, p.data_hash, p.sha256, e.number, f.text,
       (SELECT count(*)::integer FROM paper_reprint r WHERE r.dossier_id = $1::bigint AND r.kind = $2::text AND r.number = $3::integer
           AND r.version = p.version) AS reprints
  FROM (VALUES (1)) one(n)
  LEFT JOIN LATERAL (SELECT x.version, x.data_hash, x.sha256, x.template_id FROM paper x
                      WHERE x.dossier_id = $1::bigint AND x.kind = $2::text AND x.number = $3::integer
                      ORDER BY x.version DESC LIMIT 1) p ON true
  LEFT JOIN form_text f ON f.id = p.template_id
  LEFT JOIN register_entry e ON e.dossier_id = $1::bigint AND e.kind = $2::text AND e.ordinal = $3::integer
