-- statistics_behind_ages(from, to, state_at, state_on, known_at, offices, field, procedures, channel, column, after_id, upto_id, limit,
-- calendars, days5, days15, days30) -> the dossiers that a column of statistics_ageing counts, by id
-- planned by values
SELECT m.dossier_id, f.*
  FROM (SELECT a.dossier_id
          FROM statistics_ages($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                               $11::bigint, $12::bigint, $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[]) a
         WHERE $10::text IN ('open_' || a.age, 'overdue_' || a.overdue_age)
         ORDER BY a.dossier_id LIMIT $13::integer) m
 CROSS JOIN LATERAL dossier_shown(m.dossier_id, $3::timestamptz, $4::date, $5::timestamptz) f
 ORDER BY m.dossier_id
