-- statistics_behind_asked(from, to, state_at, state_on, known_at, offices, field, procedures, channel, column, after_id, upto_id, limit)
-- -> the dossiers that a column of statistics_supplements counts, by id, and how many requests of each
-- planned by values
SELECT m.dossier_id, f.*, m.times
  FROM (SELECT a.dossier_id, CASE $10::text WHEN 'requests' THEN a.n WHEN 'late_requests' THEN a.n_late ELSE 1 END AS times
          FROM statistics_asked($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                                $11::bigint, $12::bigint) a
         WHERE CASE $10::text WHEN 'never_asked' THEN a.n = 0 WHEN 'asked_once' THEN a.n = 1 WHEN 'asked_more' THEN a.n > 1
                              WHEN 'requests' THEN a.n > 0 WHEN 'late_requests' THEN a.n_late > 0 WHEN 'not_completed' THEN a.outcome = 'closed' END
         ORDER BY a.dossier_id LIMIT $13::integer) m
 CROSS JOIN LATERAL dossier_shown(m.dossier_id, $3::timestamptz, $4::date, $5::timestamptz) f
 ORDER BY m.dossier_id
