-- statistics_breaking(from, to, state_at, state_on, known_at, offices, field, procedures, channel, limit) -> codes of dossiers that a form
-- of this scope cannot count once: an end without a judgement, no channel, or two states at one moment; and how many there are
SELECT d.code, count(*) OVER () AS n
  FROM (SELECT x.dossier_id, count(*) AS n,
               bool_or(x.channel IS NULL OR (x.ended_on IS NOT NULL AND x.judgement NOT IN ('early', 'on_time', 'late'))) AS is_odd
          FROM dossier_fact x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
           AND x.received_on <= least($2::date, $4::date)
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel IS DISTINCT FROM 2))
         GROUP BY x.dossier_id) f
  JOIN dossier d ON d.id = f.dossier_id
 WHERE f.is_odd OR f.n > 1
 ORDER BY d.id LIMIT $10::integer
