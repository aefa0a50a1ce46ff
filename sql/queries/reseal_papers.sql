-- reseal_papers(key that seals now, after dossier, limit) -> papers that another key seals, by dossier
SELECT p.dossier_id, p.kind, p.number, p.version, p.key_id, p.data
  FROM seal_key k
 CROSS JOIN LATERAL (SELECT * FROM paper x WHERE x.key_id = k.id AND x.dossier_id > $2::bigint
                      ORDER BY x.dossier_id LIMIT $3::integer) p
 WHERE k.id <> $1::integer
 ORDER BY p.dossier_id LIMIT $3::integer
