-- notice_list(state, supervising offices, dossier code, before_id, limit) -> what applicants are to be told, newest first
SELECT o.id, o.kind, o.state, d.code, v.name, o.payload::jsonb ->> 'from', o.payload::jsonb ->> 'to',
       (o.payload::jsonb ->> 'change')::bigint AS change, o.recorded_at, o.changed_at
  FROM outbox o JOIN dossier d ON d.id = o.dossier_id
  LEFT JOIN person_version v ON v.person_id = (o.payload::jsonb ->> 'person')::bigint
                            AND v.version = (o.payload::jsonb ->> 'person_version')::integer
 WHERE o.kind LIKE 'notice\_%'
   AND ($1::text IS NULL OR o.state = $1::text)
   AND ($2::bigint[] IS NULL OR d.supervising_office_id = ANY ($2::bigint[]))
   AND ($3::text IS NULL OR d.code = $3::text)
   AND o.id < $4::bigint
 ORDER BY o.id DESC LIMIT $5::integer
