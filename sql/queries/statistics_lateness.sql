-- statistics_lateness(from, to, state_at, state_on, known_at, offices, field, procedures, channel, group_by, view, zone_s, after_id, limit)
-- -> the late dossiers of a period by id, those done and those still open: the day they were due and the day they ended (or of the state)
-- view due: the promise in force, as statistics_ii06a counts; original: the first promise, whatever was agreed or held since;
-- portal: the re-appointed day counts too. The last two read the first and the re-appointed promise as they are known now.
SELECT f.dossier_id, CASE $10::text WHEN 'office' THEN f.office_id WHEN 'field' THEN f.field_id WHEN 'procedure' THEN f.procedure_id END AS key,
       f.office_id, f.is_done, f.view_on AS due_on, f.end_on, f.verdict, f.letter_timing, f.is_letter_owed,
       coalesce(f.end_on > f.reappointed_on, false) AS is_second
  FROM (SELECT x.dossier_id, x.office_id, x.field_id, x.procedure_id, x.verdict, x.letter_timing, x.is_letter_owed, r.reappointed_on,
               x.ended_on IS NOT NULL AS is_done, coalesce(x.ended_on, $4::date) AS end_on,
               CASE $11::text WHEN 'original' THEN d.due_original_on WHEN 'portal' THEN greatest(x.due_on, r.reappointed_on)
                              ELSE x.due_on END AS view_on,
               CASE WHEN $11::text = 'original' THEN
                         CASE WHEN x.due_is_instant THEN coalesce(x.ended_at, $3::timestamptz) > d.due_original_at
                              ELSE coalesce(x.ended_on, $4::date) > d.due_original_on END
                    WHEN x.ended_on IS NOT NULL THEN x.judgement = 'late'
                    WHEN x.is_waiting THEN x.was_overdue_before_wait
                    WHEN x.due_is_instant THEN $3::timestamptz > x.due_at
                    ELSE $4::date > x.due_on END
               AND ($11::text <> 'portal' OR r.reappointed_on IS NULL OR coalesce(x.ended_on, $4::date) > r.reappointed_on) AS is_late
          FROM dossier_fact x JOIN dossier d ON d.id = x.dossier_id,
               LATERAL (SELECT ((d.due_reappointed_at AT TIME ZONE 'UTC') + $12::integer * interval '1 second')::date AS reappointed_on) r
         WHERE x.valid_from <= $3::timestamptz AND x.known_from <= $5::timestamptz AND $5::timestamptz < x.known_to
           AND ($3::timestamptz < x.valid_to OR $5::timestamptz < x.valid_to_known_at)
           AND (x.ended_on IS NULL OR x.ended_on >= $1::date)
           AND x.received_on <= $2::date
           AND ($6::bigint[] IS NULL OR x.office_id = ANY ($6::bigint[]))
           AND ($7::bigint IS NULL OR coalesce(x.field_id, 0) = $7::bigint)
           AND ($8::bigint[] IS NULL OR x.procedure_id = ANY ($8::bigint[]))
           AND ($9::smallint IS NULL OR x.channel = $9::smallint OR ($9::smallint = 0 AND x.channel <> 2))
           AND x.dossier_id > $13::bigint) f
 WHERE f.is_late
 ORDER BY f.dossier_id LIMIT $14::integer
