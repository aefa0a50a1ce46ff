-- statistics_behind_limits(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, limit)
-- -> the dossiers whose events a list behind the form `limits` reads, by id
-- planned by values
SELECT m.dossier_id, f.*
  FROM (SELECT p.dossier_id
          FROM statistics_limited($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[],
                                  $9::smallint, $10::bigint, $11::bigint) p
         ORDER BY p.dossier_id LIMIT $12::integer) m
 CROSS JOIN LATERAL dossier_shown(m.dossier_id, $3::timestamptz, $4::date, $5::timestamptz) f
 ORDER BY m.dossier_id
