-- counter_fold(today, most) -> how many deltas were folded; -1 while another daemon folds
-- Moves at most `most` deltas from counter_tail into counter_day and into the running totals that begin after their day, and
-- adds the totals of days that have come. Totals are kept by office and field, by office (field -1) and by field (office -1). The first call in a database counts its facts (counter_rebuild).
--   today  at the office: totals are kept of days up to it
CREATE OR REPLACE FUNCTION counter_fold(p_today date, p_most integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_n bigint; v_first date; v_start date; v_before date;
BEGIN
    IF NOT pg_try_advisory_xact_lock(7401, 6) THEN
        RETURN -1;
    END IF;
    IF NOT (SELECT has_counters FROM setting) THEN
        PERFORM counter_rebuild();
    END IF;

    WITH gone AS (
        DELETE FROM counter_tail WHERE ctid = ANY (ARRAY(SELECT ctid FROM counter_tail LIMIT p_most)) RETURNING *),
    sums AS MATERIALIZED (
        SELECT day, office_id, field_id, sum(received_online) AS received_online, sum(received_other) AS received_other,
               sum(early) AS early, sum(on_time) AS on_time, sum(late) AS late, sum(overdue) AS overdue,
               sum(moved_in) AS moved_in, sum(moved_out) AS moved_out, sum(stopped_late) AS stopped_late,
               sum(stopped_other) AS stopped_other, count(*) AS n
          FROM gone GROUP BY day, office_id, field_id),
    days AS (
        INSERT INTO counter_day AS c
        SELECT day, office_id, field_id, received_online, received_other, early, on_time, late, overdue, moved_in, moved_out,
               stopped_late, stopped_other FROM sums
        ON CONFLICT (day, office_id, field_id) DO UPDATE
           SET received_online = c.received_online + excluded.received_online,
               received_other = c.received_other + excluded.received_other, early = c.early + excluded.early,
               on_time = c.on_time + excluded.on_time, late = c.late + excluded.late, overdue = c.overdue + excluded.overdue,
               moved_in = c.moved_in + excluded.moved_in, moved_out = c.moved_out + excluded.moved_out,
               stopped_late = c.stopped_late + excluded.stopped_late, stopped_other = c.stopped_other + excluded.stopped_other),
    totals AS (
        INSERT INTO counter_total AS c
        SELECT s.day, CASE grouping(u.office_id) WHEN 1 THEN -1 ELSE u.office_id END,
               CASE grouping(u.field_id) WHEN 1 THEN -1 ELSE u.field_id END, sum(u.received_online), sum(u.received_other),
               sum(u.early), sum(u.on_time), sum(u.late), sum(u.overdue), sum(u.moved_in), sum(u.moved_out), sum(u.stopped_late),
               sum(u.stopped_other)
          FROM sums u JOIN counter_start s ON s.day > u.day
         GROUP BY GROUPING SETS ((s.day, u.office_id, u.field_id), (s.day, u.office_id), (s.day, u.field_id))
        ON CONFLICT (day, office_id, field_id) DO UPDATE
           SET received_online = c.received_online + excluded.received_online,
               received_other = c.received_other + excluded.received_other, early = c.early + excluded.early,
               on_time = c.on_time + excluded.on_time, late = c.late + excluded.late, overdue = c.overdue + excluded.overdue,
               moved_in = c.moved_in + excluded.moved_in, moved_out = c.moved_out + excluded.moved_out,
               stopped_late = c.stopped_late + excluded.stopped_late, stopped_other = c.stopped_other + excluded.stopped_other)
    SELECT coalesce(sum(n), 0) INTO v_n FROM sums;

    -- The totals of days that have come, and (history was imported) of days before the first.
    SELECT min(day) INTO v_first FROM counter_day;
    FOR v_start IN
        SELECT d::date FROM generate_series(date_trunc('month', v_first::timestamp), p_today::timestamp, interval '1 month') m,
               LATERAL (VALUES (m), (m + interval '14 days')) x (d)
         WHERE d > v_first AND d <= p_today AND NOT EXISTS (SELECT FROM counter_start s WHERE s.day = d::date)
         ORDER BY 1
    LOOP
        SELECT max(day) INTO v_before FROM counter_start WHERE day < v_start;
        INSERT INTO counter_total
        SELECT v_start, CASE grouping(x.office_id) WHEN 1 THEN -1 ELSE x.office_id END,
               CASE grouping(x.field_id) WHEN 1 THEN -1 ELSE x.field_id END, sum(received_online), sum(received_other), sum(early),
               sum(on_time), sum(late), sum(overdue), sum(moved_in), sum(moved_out), sum(stopped_late), sum(stopped_other)
          FROM (SELECT office_id, field_id, received_online, received_other, early, on_time, late, overdue, moved_in, moved_out,
                       stopped_late, stopped_other FROM counter_total WHERE day = v_before AND office_id >= 0 AND field_id >= 0
                UNION ALL
                SELECT office_id, field_id, received_online, received_other, early, on_time, late, overdue, moved_in, moved_out,
                       stopped_late, stopped_other
                  FROM counter_day WHERE day >= coalesce(v_before, '-infinity') AND day < v_start) x
         GROUP BY GROUPING SETS ((x.office_id, x.field_id), (x.office_id), (x.field_id));
        INSERT INTO counter_start VALUES (v_start);
    END LOOP;
    RETURN v_n;
END $$;
