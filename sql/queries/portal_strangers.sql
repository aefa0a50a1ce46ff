-- portal_strangers(codes) -> of codes that a file has and our period has not: whose they are here, if anybody's
SELECT c.code, d.id, d.competent_office_id, d.received_at, d.is_mistake, d.source IS NOT NULL
  FROM unnest($1::text[]) u (code) JOIN dossier_code c ON c.code = u.code JOIN dossier d ON d.id = c.dossier_id
