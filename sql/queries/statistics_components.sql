-- statistics_components(from, to, state_at, state_on, known_at, offices, field, procedures, channel) -> of dossiers received in the period
-- by case and component: how many were sent back for it, how often, and how many dossiers the case had (component 0: the case itself)
WITH f AS MATERIALIZED (
    SELECT x.dossier_id, d.case_id
      FROM dossier_fact x JOIN dossier d ON d.id = x.dossier_id
     WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
       AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
       AND x.received_on >= $1::date AND x.received_on <= least($2::date, $4::date)
       AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
       AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
       AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
       AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))),
asked AS (
    SELECT f.case_id, f.dossier_id, (m)[1]::integer AS component
      FROM f JOIN event e ON e.dossier_id = f.dossier_id AND e.action = 'request_supplement' AND e.at <= $3::timestamptz
                         AND e.recorded_at <= $5::timestamptz
     CROSS JOIN LATERAL regexp_matches(convert_from(e.bytes, 'UTF8'), E'^component ([0-9]+)$', 'gn') m)
SELECT case_id, component, count(DISTINCT dossier_id) AS dossiers, count(*) AS requests FROM asked WHERE case_id IS NOT NULL GROUP BY 1, 2
UNION ALL
SELECT case_id, 0, count(*), 0 FROM f WHERE case_id IS NOT NULL GROUP BY 1
 ORDER BY 1, 2
