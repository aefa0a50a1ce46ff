-- statistics_behind_papers(from, to, state_at, state_on, known_at, offices, field, procedures, channel, column, after_id, upto_id, limit,
-- cases, components) -> the dossiers that a column of statistics_components counts for one paper, by id, and how many requests of each
-- The paper is component n of this case and m of that one: cases and components are read side by side; NULL: every paper.
-- planned by values
SELECT m.dossier_id, f.*, m.times
  FROM (SELECT p.dossier_id, CASE $10::text WHEN 'paper_requests' THEN count(*) ELSE 1 END AS times
          FROM statistics_papers($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                                 $11::bigint, $12::bigint) p
         WHERE (p.component = 0) = ($10::text = 'paper_received')
           AND ($14::bigint[] IS NULL OR EXISTS (SELECT FROM unnest($14::bigint[], $15::bigint[]) c (case_id, component)
                                                  WHERE c.case_id = p.case_id AND (p.component = 0 OR c.component = p.component)))
         GROUP BY p.dossier_id ORDER BY p.dossier_id LIMIT $13::integer) m
 CROSS JOIN LATERAL dossier_shown(m.dossier_id, $3::timestamptz, $4::date, $5::timestamptz) f
 ORDER BY m.dossier_id
