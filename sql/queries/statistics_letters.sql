-- statistics_letters(from, to, now, today, offices) -> the ledger of a period by the office that must write
-- A row counts in the period in which it was first owed, as it stands now. Missing as in obligation_page.
SELECT o.office_id, count(*) AS owed,
       count(*) FILTER (WHERE o.state = 'met' AND o.timing = 'in_time') AS in_time,
       count(*) FILTER (WHERE o.state = 'met' AND o.timing = 'after_latest') AS after_latest,
       count(*) FILTER (WHERE o.state = 'met' AND o.timing = 'after_due') AS after_due,
       count(*) FILTER (WHERE o.is_missing) AS missing,
       count(*) FILTER (WHERE o.state = 'open' AND NOT o.is_missing) AS open,
       count(*) FILTER (WHERE o.waiver = 'objective_none') AS objective_none,
       count(*) FILTER (WHERE o.waiver = 'objective_notice') AS objective_notice,
       count(*) FILTER (WHERE o.waiver = 'second_delay') AS second_delay,
       count(*) FILTER (WHERE o.state = 'lapsed') AS lapsed
  FROM (SELECT i.office_id, i.state, i.timing, i.waiver,
               i.state = 'refused' OR (i.state = 'open' AND (coalesce(i.latest_at < $3::timestamptz, false)
                   OR (i.trigger = 'lateness' AND coalesce(d.due_on < $4::date, false)))) AS is_missing
          FROM letter_obligation i JOIN dossier d ON d.id = i.dossier_id
         WHERE i.owed_at >= $1::timestamptz AND i.owed_at < $2::timestamptz
           AND i.office_id = ANY ($5::bigint[])) o
 GROUP BY o.office_id ORDER BY o.office_id
