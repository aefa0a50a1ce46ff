-- statistics_supplements(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by) -> dossiers received
-- in the period by key, and how often each was sent back for papers until state_at, as known at known_at; one row for all (is_total) last
SELECT CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                      WHEN 'channel' THEN f.channel END AS key,
       grouping(CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                               WHEN 'channel' THEN f.channel END) = 1 AS is_total,
       count(*) FILTER (WHERE r.n = 0) AS never, count(*) FILTER (WHERE r.n = 1) AS once, count(*) FILTER (WHERE r.n > 1) AS more,
       coalesce(sum(r.n), 0)::bigint AS requests, coalesce(sum(r.n_late), 0)::bigint AS late_requests,
       count(*) FILTER (WHERE f.outcome = 'closed') AS not_completed
  FROM (SELECT x.dossier_id, x.office_id, x.field_id, x.procedure_id, x.channel, x.outcome
          FROM dossier_fact x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND x.received_on >= $1::date AND x.received_on <= $2::date AND $4::date IS NOT NULL
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))) f
 CROSS JOIN LATERAL (
       SELECT count(*) AS n, count(*) FILTER (WHERE position(convert_to(E'\nis_late_request 1\n', 'UTF8') IN e.bytes) > 0) AS n_late
         FROM event e WHERE e.dossier_id = f.dossier_id AND e.action = 'request_supplement' AND e.at <= $3::timestamptz
          AND e.recorded_at <= $5::timestamptz) r
 GROUP BY GROUPING SETS ((CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                                         WHEN 'channel' THEN f.channel END), ())
 ORDER BY is_total, key
