-- verify_blank_slips(limit) -> slips of which their dossier says otherwise
(SELECT s.code, CASE WHEN d.code <> s.code THEN 'another code' WHEN s.voided_at IS NOT NULL THEN 'used and void'
                     ELSE 'a dossier that says nothing of it' END AS what
   FROM blank_slip s JOIN dossier d ON d.id = s.dossier_id
  WHERE d.code <> s.code OR s.voided_at IS NOT NULL
     OR NOT EXISTS (SELECT FROM event_ever e WHERE e.dossier_id = s.dossier_id AND position('\x0a626c616e6b5f736c697020310a'::bytea IN e.bytes) > 0)
  ORDER BY 1 LIMIT $1::integer)
UNION ALL
(SELECT c.code, 'a code of a slip under another dossier' FROM blank_slip s JOIN dossier_code c ON c.code = s.code AND c.dossier_id <> s.dossier_id
  ORDER BY 1 LIMIT $1::integer)
ORDER BY 1, 2
