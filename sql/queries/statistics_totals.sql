-- statistics_totals(from, state_on, state_at, is_end_of_day, offices, field, group_by) -> columns 4-6, 8-10, 12-13 by office or field,
-- and whether they may be used. The same as statistics_ii06a for what is known now, at the end of a day or now, read off running totals: each
-- period is what was added up by its end less what was by its eve. Not to be used where an office or a field changed under a
-- dossier within the period (the form counts it where it stands at the end), nor in the middle of a day of stored events that are
-- still to come, nor before the facts were counted.
-- counter_total has each office over all fields and each field over all offices as rows of their own (-1); which kind answers the
-- question is a range of keys: a field over all offices where none is asked for, an office over all fields, or both one by one.
-- sign: 1 is in the figure at the end of the period, -1 in the one on its eve.
-- The bounds are scalars of their own, so that the plan, made once for all calls, finds each by its key.
WITH start AS MATERIALIZED (
    SELECT coalesce((SELECT max(day) FROM counter_start WHERE day <= $1::date), '-infinity') AS eve,
           coalesce((SELECT max(day) FROM counter_start WHERE day <= $2::date + 1), '-infinity') AS close,
           $5::bigint[] IS NULL AND $7::text <> 'office' AS by_field),
kind AS MATERIALIZED (
    SELECT CASE WHEN by_field THEN -1 ELSE 0 END AS office_from, CASE WHEN by_field THEN -1 ELSE 9223372036854775807 END AS office_to,
           CASE WHEN is_office THEN -1 ELSE coalesce($6::bigint, 0) END AS field_from,
           CASE WHEN is_office THEN -1 ELSE coalesce($6::bigint, 9223372036854775807) END AS field_to
      FROM (SELECT by_field, NOT by_field AND $6::bigint IS NULL AND $7::text <> 'field' AS is_office FROM start) x),
part AS (
    SELECT -1 AS sign, t.* FROM counter_total t
     WHERE t.day = (SELECT eve FROM start)
       AND t.office_id >= (SELECT office_from FROM kind) AND t.office_id <= (SELECT office_to FROM kind)
       AND t.field_id >= (SELECT field_from FROM kind) AND t.field_id <= (SELECT field_to FROM kind)
       AND ($5::bigint[] IS NULL OR t.office_id = ANY ($5::bigint[]))
    UNION ALL
    SELECT -1, t.* FROM counter_day t
     WHERE t.day >= (SELECT eve FROM start) AND t.day < $1::date
       AND ($5::bigint[] IS NULL OR t.office_id = ANY ($5::bigint[])) AND ($6::bigint IS NULL OR t.field_id = $6::bigint)
    UNION ALL
    SELECT -1, t.* FROM counter_tail t
     WHERE t.day < $1::date
       AND ($5::bigint[] IS NULL OR t.office_id = ANY ($5::bigint[])) AND ($6::bigint IS NULL OR t.field_id = $6::bigint)
    UNION ALL
    SELECT 1 AS sign, t.* FROM counter_total t
     WHERE t.day = (SELECT close FROM start)
       AND t.office_id >= (SELECT office_from FROM kind) AND t.office_id <= (SELECT office_to FROM kind)
       AND t.field_id >= (SELECT field_from FROM kind) AND t.field_id <= (SELECT field_to FROM kind)
       AND ($5::bigint[] IS NULL OR t.office_id = ANY ($5::bigint[]))
    UNION ALL
    SELECT 1, t.* FROM counter_day t
     WHERE t.day >= (SELECT close FROM start) AND t.day < $2::date + 1
       AND ($5::bigint[] IS NULL OR t.office_id = ANY ($5::bigint[])) AND ($6::bigint IS NULL OR t.field_id = $6::bigint)
    UNION ALL
    SELECT 1, t.* FROM counter_tail t
     WHERE t.day < $2::date + 1
       AND ($5::bigint[] IS NULL OR t.office_id = ANY ($5::bigint[])) AND ($6::bigint IS NULL OR t.field_id = $6::bigint)
    UNION ALL
    SELECT 1, d.due_on, coalesce(d.competent_office_id, 0), coalesce(d.field_id, 0), 0, 0, 0, 0, 0, -1, 0, 0, 0, 0
      FROM dossier d
     WHERE NOT $4::boolean AND d.due_is_instant AND d.ended_at IS NULL AND d.due_on = $2::date AND d.due_at >= $3::timestamptz
       AND d.received_at IS NOT NULL AND NOT d.is_mistake AND NOT d.is_waiting
       AND ($5::bigint[] IS NULL OR d.competent_office_id = ANY ($5::bigint[]))
       AND ($6::bigint IS NULL OR coalesce(d.field_id, 0) = $6::bigint)),
form AS (
    SELECT CASE $7::text WHEN 'office' THEN office_id WHEN 'field' THEN field_id ELSE 0 END AS key,
           sum(sign * received_online) AS online, sum(sign * received_other) AS direct, sum(sign * early) AS early,
           sum(sign * on_time) AS on_time, sum(sign * late) AS late,
           sum(received_online + received_other + moved_in - moved_out - early - on_time - late) FILTER (WHERE sign < 0) AS carried_over,
           sum(received_online + received_other + moved_in - moved_out - early - on_time - late) FILTER (WHERE sign > 0) AS open,
           sum(overdue) FILTER (WHERE sign > 0) AS overdue, sum(sign * stopped_late) AS stopped_late,
           sum(sign * stopped_other) AS stopped_other, sum(sign * moved_in) AS moved_in, sum(sign * moved_out) AS moved_out
      FROM part GROUP BY key)
SELECT nullif(key, 0) AS key, online::bigint, direct::bigint, coalesce(carried_over, 0)::bigint AS carried_over, early::bigint,
       on_time::bigint, late::bigint, (coalesce(open, 0) - coalesce(overdue, 0))::bigint AS open_in_time,
       coalesce(overdue, 0)::bigint AS open_overdue, stopped_late::bigint, stopped_other::bigint,
       (moved_in <> 0 OR moved_out <> 0
        OR NOT (SELECT has_counters FROM setting)
        OR (NOT $4::boolean AND EXISTS (SELECT FROM dossier WHERE next_stored_at IS NOT NULL))) AS is_unfit
  FROM form
 WHERE online <> 0 OR direct <> 0 OR coalesce(carried_over, 0) <> 0 OR coalesce(open, 0) <> 0 OR moved_in <> 0 OR moved_out <> 0
 ORDER BY key
