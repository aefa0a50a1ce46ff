-- statistics_split(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, needs_stays, officer, places)
-- -> one row a key and one for all (is_total), each dossier of the period in exactly one column, those in hand or delivered by online
-- and other channels
-- The same dossiers in the same states as statistics_ii06a; what was stopped, withdrawn, closed or waits has columns of its own.
-- needs_stays: where they stood, or stood last, at that moment, as statistics_ii06a_stays has it; without it no stay is read.
-- planned by values
SELECT f.key, grouping(f.key) = 1 AS is_total,
       count(*) AS total_received,
       count(*) FILTER (WHERE f.received_on < $1::date) AS carried_over,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel = 2) AS online,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel = 1) AS counter,
       count(*) FILTER (WHERE f.received_on >= $1::date AND f.channel = 3) AS post,
       count(*) FILTER (WHERE f.is_delivered AND f.judgement = 'early' AND f.channel = 2) AS early_online,
       count(*) FILTER (WHERE f.is_delivered AND f.judgement = 'on_time' AND f.channel = 2) AS on_time_online,
       count(*) FILTER (WHERE f.is_delivered AND f.judgement = 'late' AND f.channel = 2) AS late_online,
       count(*) FILTER (WHERE f.is_delivered AND f.judgement = 'early' AND f.channel <> 2) AS early_direct,
       count(*) FILTER (WHERE f.is_delivered AND f.judgement = 'on_time' AND f.channel <> 2) AS on_time_direct,
       count(*) FILTER (WHERE f.is_delivered AND f.judgement = 'late' AND f.channel <> 2) AS late_direct,
       count(*) FILTER (WHERE f.is_worked_on AND NOT f.is_overdue AND f.channel = 2) AS in_time_online,
       count(*) FILTER (WHERE f.is_worked_on AND f.is_overdue AND f.channel = 2) AS overdue_online,
       count(*) FILTER (WHERE f.is_worked_on AND NOT f.is_overdue AND f.channel <> 2) AS in_time_direct,
       count(*) FILTER (WHERE f.is_worked_on AND f.is_overdue AND f.channel <> 2) AS overdue_direct,
       count(*) FILTER (WHERE f.ended_on IS NULL AND f.is_waiting) AS waiting,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.outcome IN ('stopped', 'withdrawn')) AS returned,
       count(*) FILTER (WHERE f.ended_on IS NOT NULL AND f.outcome IN ('closed', 'forced')) AS ended_otherwise
  FROM (SELECT CASE $10::text WHEN 'office' THEN x.office_id WHEN 'field' THEN x.field_id WHEN 'procedure' THEN x.procedure_id
                              WHEN 'channel' THEN x.channel WHEN 'step' THEN s.place WHEN 'officer' THEN s.officer_id END AS key,
               x.received_on, x.channel, x.ended_on, x.judgement, x.outcome, x.is_waiting,
               x.ended_on IS NOT NULL AND x.outcome NOT IN ('stopped', 'withdrawn', 'closed', 'forced') AS is_delivered,
               x.ended_on IS NULL AND NOT x.is_waiting AS is_worked_on,
               x.is_overdue
          FROM dossier_facts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                             -1, 9223372036854775807) x
          LEFT JOIN (SELECT t.dossier_id, stay_place(t) AS place, t.officer_id
                       FROM stay t
                      WHERE $11::boolean AND stay_stands(t, $3::timestamptz, $5::timestamptz)) s ON s.dossier_id = x.dossier_id
         WHERE ($12::bigint IS NULL OR coalesce(s.officer_id, 0) = $12::bigint)
           AND ($13::bigint[] IS NULL OR coalesce(s.place, 0) = ANY ($13::bigint[]))) f
 GROUP BY GROUPING SETS ((f.key), ())
 ORDER BY is_total, f.key
