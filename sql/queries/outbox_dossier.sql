-- outbox_dossier(as outbox_list, dossier code) -> the same of one dossier
SELECT * FROM outbox_view
 WHERE dossier_id = (SELECT dossier_id FROM dossier_code WHERE code = $8::text) AND id < $1::bigint
   AND ($3::bigint[] IS NULL OR supervising_office_id = ANY ($3::bigint[]))
   AND ($4::text IS NULL OR state = $4::text)
   AND ($5::text IS NULL OR kind = $5::text)
   AND ($6::text IS NULL OR channel = $6::text)
   AND (NOT $7::boolean OR kind LIKE 'notice\_%')
 ORDER BY id DESC LIMIT $2::integer
