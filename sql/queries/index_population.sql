-- index_population(from, to, state_at, state_on, known_at, offices, field, procedures, channel, limit) -> dossiers received by the end of the
-- period and not ended before it began, with their office: column (3) of statistics_ii06a, one by one
SELECT x.dossier_id, coalesce(x.office_id, 0)
  FROM dossier_fact x
 WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
   AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
   AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
   AND x.received_on <= $2::date AND $4::date IS NOT NULL
   AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
   AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
   AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
   AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))
 ORDER BY x.dossier_id LIMIT $10::integer
