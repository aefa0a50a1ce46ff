-- statistics_limits(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, limit) -> the dossiers whose
-- events the form `limits` reads, by id, with their office
-- planned by values
SELECT p.dossier_id, p.office_id
  FROM statistics_limited($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                          $10::bigint, 9223372036854775807) p
 ORDER BY p.dossier_id LIMIT $11::integer
