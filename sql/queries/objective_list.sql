-- objective_list(id, kind, office, procedure, dossier, first, last, withdrawn, readable offices, before id, limit)
--   -> declared intervals, the newest first, their lists as text separated by commas
-- office: those that name it or an office above it (an array, itself first), and those that name none. first, last: that touch
-- this time. withdrawn: NULL both. One that concerns a single dossier is shown to whoever may read that dossier; NULL: all.
SELECT o.id, o.version, o.kind, o.from_at, o.to_at, array_to_string(o.offices, ','), array_to_string(o.procedures, ','),
       array_to_string(o.steps, ','), coalesce(o.dossier_id, 0), coalesce(d.code, ''), o.evidence, o.note, o.declared_by,
       o.recorded_at, o.withdrawn_at, o.withdrawal_reason
  FROM objective_interval o LEFT JOIN dossier d ON d.id = o.dossier_id
 WHERE ($1::bigint IS NULL OR o.id = $1::bigint) AND ($2::text IS NULL OR o.kind = $2::text)
   AND ($3::bigint[] IS NULL OR o.offices = '{}' OR o.offices && $3::bigint[])
   AND ($4::text IS NULL OR o.procedures = '{}' OR $4::text = ANY (o.procedures))
   AND ($5::text IS NULL OR d.code = $5::text)
   AND ($6::timestamptz IS NULL OR o.to_at IS NULL OR o.to_at > $6::timestamptz)
   AND ($7::timestamptz IS NULL OR o.from_at < $7::timestamptz)
   AND ($8::boolean IS NULL OR (o.withdrawn_at IS NOT NULL) = $8::boolean)
   AND (o.dossier_id IS NULL OR dossier_is_of(d, $9::bigint[]))
   AND ($10::bigint IS NULL OR o.id < $10::bigint)
 ORDER BY o.id DESC LIMIT $11::bigint
