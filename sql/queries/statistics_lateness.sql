-- statistics_lateness(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, view, after_id, limit,
-- needs_stays, officer, places)
-- -> the late dossiers of a period by id, those done and those still open: the day they were due and the day they ended (or of the state)
-- view due: the promise in force, as statistics_ii06a counts; original: the first promise, whatever was agreed or held since;
-- portal: the re-appointed day counts too. needs_stays: as statistics_split.
SELECT f.dossier_id, CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id
                                        WHEN 'step' THEN s.place WHEN 'officer' THEN s.officer_id END AS key,
       f.office_id, f.ended_on IS NOT NULL AS is_done,
       CASE $11::text WHEN 'original' THEN f.due_original_on WHEN 'portal' THEN greatest(f.due_on, f.due_reappointed_on) ELSE f.due_on END AS due_on,
       f.end_on, f.verdict, f.letter_timing, f.is_letter_owed, coalesce(f.end_on > f.due_reappointed_on, false) AS is_second
  FROM (SELECT x.*, coalesce(x.ended_on, $4::date) AS end_on, coalesce(x.ended_at, $3::timestamptz) AS end_at
          FROM dossier_fact x
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
           AND x.received_on <= $2::date
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))
           AND x.dossier_id > $12::bigint) f
  LEFT JOIN (SELECT t.dossier_id, CASE WHEN t.step > 0 AND t.case_id IS NOT NULL THEN t.case_id * 100 + t.step ELSE 0 END AS place, t.officer_id
               FROM stay t
              WHERE $14::boolean AND t.entered_at <= $3::timestamptz AND t.known_from <= $5::timestamptz AND $5::timestamptz < t.known_to
                AND (t.is_last OR $3::timestamptz < t.left_at OR $5::timestamptz < t.left_known_at)) s ON s.dossier_id = f.dossier_id
 WHERE CASE WHEN $11::text = 'original' THEN
                 CASE WHEN f.due_original_is_instant THEN f.end_at > f.due_original_at ELSE f.end_on > f.due_original_on END
            WHEN f.ended_on IS NOT NULL THEN f.judgement = 'late'
            WHEN f.is_waiting THEN f.was_overdue_before_wait
            WHEN f.due_is_instant THEN $3::timestamptz > f.due_at
            ELSE $4::date > f.due_on END
   AND ($15::bigint IS NULL OR coalesce(s.officer_id, 0) = $15::bigint) AND ($16::bigint[] IS NULL OR coalesce(s.place, 0) = ANY ($16::bigint[]))
   AND ($11::text <> 'portal' OR f.due_reappointed_on IS NULL OR f.end_on > f.due_reappointed_on)
 ORDER BY f.dossier_id LIMIT $13::integer
