-- statistics_breaking(from, to, state_at, state_on, known_at, offices, field, procedures, channel, limit) -> codes of dossiers that a form
-- of this scope cannot count once: an end without a judgement, no channel, or two states at one moment; and how many there are
-- planned by values
SELECT d.code, count(*) OVER () AS n
  FROM (SELECT x.dossier_id, count(*) AS n,
               bool_or(x.channel IS NULL OR (x.ended_on IS NOT NULL AND x.judgement NOT IN ('early', 'on_time', 'late'))) AS is_odd
          FROM dossier_fact x
         WHERE fact_counts(x, $1::date, least($2::date, $4::date), $3::timestamptz, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], NULL)
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel IS DISTINCT FROM 2)) -- or none
         GROUP BY x.dossier_id) f
  JOIN dossier d ON d.id = f.dossier_id
 WHERE f.is_odd OR f.n > 1
 ORDER BY d.id LIMIT $10::integer
