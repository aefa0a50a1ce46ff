-- paper_find(dossier, kind, number) -> one row: the paper as it was handed out last, and its number in the register
SELECT p.version, p.data_hash, p.sha256, e.number
  FROM (VALUES (1)) one(n)
  LEFT JOIN LATERAL (SELECT x.version, x.data_hash, x.sha256 FROM paper x
                      WHERE x.dossier_id = $1::bigint AND x.kind = $2::text AND x.number = $3::integer
                      ORDER BY x.version DESC LIMIT 1) p ON true
  LEFT JOIN register_entry e ON e.dossier_id = $1::bigint AND e.kind = $2::text AND e.ordinal = $3::integer
