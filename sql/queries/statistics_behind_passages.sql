-- statistics_behind_passages(from, to, state_at, state_on, known_at, offices, field, procedures, channel, column, after_id, upto_id, limit,
-- group_by, from_at, officer, places) -> the dossiers that a column of statistics_steps counts, by id: how many passages of each, and what
-- they took of which budget (of those measured); of one officer (0: nobody named) and of some steps (case x 100 + step) alone
-- planned by values
SELECT m.dossier_id, f.*, m.times, m.used, m.budget
  FROM (SELECT p.dossier_id, count(*) AS times, sum(p.used) FILTER (WHERE p.is_measured)::bigint AS used,
               sum(p.budget) FILTER (WHERE p.is_measured)::bigint AS budget
          FROM statistics_passages($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                                   $11::bigint, $12::bigint, $14::text, $15::timestamptz) p
         WHERE CASE $10::text WHEN 'passages' THEN true WHEN 'passages_measured' THEN p.is_measured
                              WHEN 'passages_within' THEN p.is_measured AND NOT p.is_over WHEN 'passages_over' THEN p.is_measured AND p.is_over
                              WHEN 'passages_unmeasured' THEN NOT p.is_measured END
           AND ($16::bigint IS NULL OR coalesce(p.officer_id, 0) = $16::bigint)
           AND ($17::bigint[] IS NULL OR CASE WHEN p.step > 0 AND p.case_id IS NOT NULL THEN p.case_id * 100 + p.step ELSE 0 END = ANY ($17::bigint[]))
         GROUP BY p.dossier_id ORDER BY p.dossier_id LIMIT $13::integer) m
 CROSS JOIN LATERAL dossier_shown(m.dossier_id, $3::timestamptz, $4::date, $5::timestamptz) f
 ORDER BY m.dossier_id
