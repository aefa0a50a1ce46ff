-- verify_pointers(limit) -> rows that point to a dossier or an event that is not there
(SELECT 'idempotency_key' AS what, dossier_id, seq FROM idempotency_key i
  WHERE NOT EXISTS (SELECT FROM event_ever e WHERE e.dossier_id = i.dossier_id AND e.seq = i.seq) LIMIT $1::integer)
UNION ALL
(SELECT DISTINCT 'feed', u.id, 0 FROM feed f CROSS JOIN unnest(f.dossier_ids) u(id)
  WHERE NOT EXISTS (SELECT FROM dossier d WHERE d.id = u.id) LIMIT $1::integer)
UNION ALL
(SELECT 'import_row', dossier_id, 0 FROM import_row w
  WHERE NOT EXISTS (SELECT FROM dossier d WHERE d.id = w.dossier_id) LIMIT $1::integer)
UNION ALL
(SELECT 'remark', dossier_id, 0 FROM remark r
  WHERE NOT EXISTS (SELECT FROM dossier d WHERE d.id = r.dossier_id) LIMIT $1::integer)
UNION ALL
(SELECT 'outbox', dossier_id, 0 FROM outbox o
  WHERE dossier_id IS NOT NULL AND NOT EXISTS (SELECT FROM dossier d WHERE d.id = o.dossier_id) LIMIT $1::integer)
ORDER BY 1, 2, 3
