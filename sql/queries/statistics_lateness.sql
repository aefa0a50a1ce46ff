-- statistics_lateness(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, view, after_id, limit,
-- needs_stays, officer, places)
-- -> the late ones of statistics_verdicts by id, those done and those still open. needs_stays: as statistics_split.
-- planned by values
SELECT f.dossier_id, CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                                        WHEN 'step' THEN s.place WHEN 'officer' THEN s.officer_id END AS key,
       f.office_id, f.is_done, f.due_on, f.end_on, f.verdict, f.letter_timing, f.is_letter_owed, f.is_second
  FROM statistics_verdicts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                           $12::bigint, 9223372036854775807, $11::text) f
  LEFT JOIN LATERAL (SELECT t.* FROM stays_of(f.dossier_id, $3::timestamptz, $5::timestamptz) t WHERE $14::boolean) s ON true
 WHERE f.is_late
   AND ($15::bigint IS NULL OR coalesce(s.officer_id, 0) = $15::bigint) AND ($16::bigint[] IS NULL OR coalesce(s.place, 0) = ANY ($16::bigint[]))
 ORDER BY f.dossier_id LIMIT $13::integer
