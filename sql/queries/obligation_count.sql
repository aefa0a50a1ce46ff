-- obligation_count(offices, state, trigger, dossier code, missing alone, now, today) -> how many obligation_page has
SELECT count(*)
  FROM letter_obligation i
 WHERE i.office_id = ANY ($1::bigint[])
   AND ($2::text IS NULL OR i.state = $2::text)
   AND ($3::text IS NULL OR i.trigger = $3::text)
   AND ($4::text IS NULL OR i.dossier_id = (SELECT c.dossier_id FROM dossier_code c WHERE c.code = $4::text))
   AND (NOT $5::boolean OR i.state = 'refused'
        OR (i.state = 'open' AND (i.latest_at < $6::timestamptz
            OR (i.trigger = 'lateness' AND (SELECT w.due_on FROM dossier w WHERE w.id = i.dossier_id) < $7::date))))
