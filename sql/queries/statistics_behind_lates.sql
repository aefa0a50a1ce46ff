-- statistics_behind_lates(from, to, state_at, state_on, known_at, offices, field, procedures, channel, column, after_id, upto_id, limit,
-- view, officer, places) -> the dossiers that a column of the form lateness counts, by id, and last how it was judged: office, due, end
-- Of a class of days (age_...) every late one: how many days is for the calendar to say.
-- planned by values
SELECT m.dossier_id, f.*, NULL::bigint AS times, NULL::bigint AS used, NULL::bigint AS budget, m.due_on AS judged_due_on, m.end_on
  FROM (SELECT v.dossier_id, v.due_on, v.end_on
          FROM statistics_verdicts($1::date, $2::date, $3::timestamptz, $4::date, $5::timestamptz, $6::bigint[], $7::bigint, $8::bigint[], $9::smallint,
                                   $11::bigint, $12::bigint, $14::text) v
         WHERE CASE WHEN $10::text = 'done_in_time' THEN v.is_done AND NOT v.is_late
                    WHEN NOT v.is_late THEN false
                    WHEN $10::text LIKE 'age\_%' OR $10::text = 'late_all' THEN true
                    ELSE CASE $10::text
                         WHEN 'late_done' THEN v.is_done
                         WHEN 'late_open' THEN NOT v.is_done
                         WHEN 'late_subjective' THEN v.verdict = 'subjective'
                         WHEN 'late_objective' THEN v.verdict = 'objective'
                         WHEN 'late_undetermined' THEN v.verdict NOT IN ('subjective', 'objective')
                         WHEN 'late_letter_owed' THEN v.is_letter_owed
                         WHEN 'late_letter_in_time' THEN v.is_letter_owed AND v.letter_timing = 'in_time'
                         WHEN 'late_letter_late' THEN v.is_letter_owed AND v.letter_timing NOT IN ('in_time', 'none')
                         WHEN 'late_letter_none' THEN v.is_letter_owed AND v.letter_timing = 'none'
                         WHEN 'late_subjective_issued' THEN v.verdict = 'subjective' AND v.letter_timing <> 'none'
                         WHEN 'second_delays' THEN v.is_second END END
           AND (($15::bigint IS NULL AND $16::bigint[] IS NULL) OR EXISTS (
                   SELECT FROM stays_of(v.dossier_id, $3::timestamptz, $5::timestamptz) s
                    WHERE ($15::bigint IS NULL OR coalesce(s.officer_id, 0) = $15::bigint)
                      AND ($16::bigint[] IS NULL OR s.place = ANY ($16::bigint[]))))
         ORDER BY v.dossier_id LIMIT $13::integer) m
 CROSS JOIN LATERAL dossier_shown(m.dossier_id, $3::timestamptz, $4::date, $5::timestamptz) f
 ORDER BY m.dossier_id
