-- statistics_components(from, to, state_at, state_on, known_at, offices, field, procedures, channel) -> of dossiers received in the period
-- by case and component: how many were sent back for it, how often, and how many dossiers the case had (component 0: the case itself)
-- planned by values
SELECT p.case_id, p.component, count(DISTINCT p.dossier_id) AS dossiers, count(*) AS requests
  FROM statistics_papers($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                         -1, 9223372036854775807) p
 GROUP BY 1, 2 ORDER BY 1, 2
