-- index_population(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, limit) -> dossiers received by the end
-- of the period and not ended before it began, with their office, by id: column (3) of statistics_ii06a, one by one
-- planned by values
SELECT f.dossier_id, coalesce(f.office_id, 0)
  FROM dossier_facts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                     $10::bigint, 9223372036854775807) f
 ORDER BY f.dossier_id LIMIT $11::integer
