-- statistics_dossiers(from, to, state_at, state_on, known_at, offices, field, procedures, channel, column, after_id, upto_id, limit,
-- officer, places)
-- -> the dossiers that a column of statistics_ii06a or statistics_split counts, by id: the same conditions, one by one
-- planned by values
SELECT f.dossier_id, d.code, f.office_id, f.field_id, f.procedure_id, f.channel, f.received_at, f.due_at, f.due_on, f.ended_at, f.ended_on,
       f.outcome, f.judgement, f.is_waiting, f.is_overdue, f.verdict, f.letter_timing
  FROM (SELECT f.*
          FROM dossier_facts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                             $11::bigint, $12::bigint) f
         WHERE (($14::bigint IS NULL AND $15::bigint[] IS NULL) OR EXISTS (
                   SELECT FROM stays_of(f.dossier_id, $3::timestamptz, $5::timestamptz) s
                    WHERE ($14::bigint IS NULL OR coalesce(s.officer_id, 0) = $14::bigint)
                      AND ($15::bigint[] IS NULL OR s.place = ANY ($15::bigint[]))))
           AND CASE $10::text
               WHEN 'total_received' THEN true
               WHEN 'online' THEN f.received_on >= $1::date AND f.channel = 2
               WHEN 'direct' THEN f.received_on >= $1::date AND f.channel <> 2
               WHEN 'carried_over' THEN f.received_on < $1::date
               WHEN 'total_done' THEN f.ended_on IS NOT NULL
               WHEN 'early' THEN f.ended_on IS NOT NULL AND f.judgement = 'early'
               WHEN 'on_time' THEN f.ended_on IS NOT NULL AND f.judgement = 'on_time'
               WHEN 'late' THEN f.ended_on IS NOT NULL AND f.judgement = 'late'
               WHEN 'total_open' THEN f.ended_on IS NULL
               WHEN 'open_in_time' THEN f.ended_on IS NULL AND NOT f.is_overdue
               WHEN 'open_overdue' THEN f.is_overdue
               WHEN 'stopped_late' THEN f.ended_on IS NOT NULL AND f.judgement = 'late' AND f.is_stopped
               WHEN 'stopped_other' THEN f.ended_on IS NOT NULL AND f.judgement <> 'late' AND f.is_stopped
               WHEN 'in_period' THEN f.received_on >= $1::date
               WHEN 'delivered_early' THEN f.ended_on IS NOT NULL AND f.judgement = 'early' AND NOT f.is_stopped
               WHEN 'delivered_on_time' THEN f.ended_on IS NOT NULL AND f.judgement = 'on_time' AND NOT f.is_stopped
               WHEN 'delivered_late' THEN f.ended_on IS NOT NULL AND f.judgement = 'late' AND NOT f.is_stopped
               WHEN 'working_in_time' THEN f.ended_on IS NULL AND NOT f.is_waiting AND NOT f.is_overdue
               WHEN 'working_overdue' THEN NOT f.is_waiting AND f.is_overdue
               WHEN 'waiting' THEN f.ended_on IS NULL AND f.is_waiting
               WHEN 'returned' THEN f.ended_on IS NOT NULL AND f.outcome IN ('stopped', 'withdrawn')
               WHEN 'ended_otherwise' THEN f.ended_on IS NOT NULL AND f.outcome IN ('closed', 'forced')
               ELSE false END
         ORDER BY f.dossier_id LIMIT $13::integer) f
 CROSS JOIN LATERAL (SELECT d.code FROM dossier d WHERE d.id = f.dossier_id OFFSET 0) d -- by its key, when the page is found
 ORDER BY f.dossier_id
