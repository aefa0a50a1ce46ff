-- statistics_ii06a_stays(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, officer, places)
-- -> statistics_ii06a, by where the dossiers stood, or stood last, at that moment: step (case x 100 + step) or officer too, of one
-- officer (0: nobody named) and of some steps alone. A statement of its own: without stays the form needs no join.
-- The state at state_at as it was known at known_at, over the bitemporal facts (docs/storage.md); the C reference is
-- report_count(). A date is judged by date, an instant by instant; waiting stays in time unless it was overdue before.
-- planned by values
SELECT CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                      WHEN 'channel' THEN f.channel WHEN 'step' THEN s.place WHEN 'officer' THEN s.officer_id END AS key,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel = 2) AS online,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel <> 2) AS direct,
       count(*) FILTER (WHERE f.received_on < $1::date) AS carried_over,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'early') AS early,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'on_time') AS on_time,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'late') AS late,
       count(*) FILTER (WHERE f.ended_on IS NULL AND NOT f.is_overdue) AS open_in_time,
       count(*) FILTER (WHERE f.is_overdue) AS open_overdue,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement = 'late' AND f.is_stopped) AS stopped_late,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.judgement <> 'late' AND f.is_stopped) AS stopped_other
  FROM dossier_facts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                     -1, 9223372036854775807) f
  LEFT JOIN (SELECT t.dossier_id, stay_place(t) AS place, t.officer_id
               FROM stay t
              WHERE stay_stands(t, $3::timestamptz, $5::timestamptz)) s ON s.dossier_id = f.dossier_id
 WHERE ($11::bigint IS NULL OR coalesce(s.officer_id, 0) = $11::bigint) AND ($12::bigint[] IS NULL OR coalesce(s.place, 0) = ANY ($12::bigint[]))
 GROUP BY 1 ORDER BY 1
