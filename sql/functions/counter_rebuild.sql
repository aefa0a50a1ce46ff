-- counter_rebuild() -> counts the facts as known now into counter_day, and forgets tail and totals; counter_fold() goes on.
-- What engine/domain/counter.c does event by event, as one statement over all facts: for a database from before the counters,
-- and for an administrator whom `motcua verify` told of a difference. Decisions wait until it has committed.
-- Here alone SQL makes dates of instants, by the one zone of the installation.
CREATE OR REPLACE FUNCTION counter_rebuild() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_zone interval;
BEGIN
    LOCK TABLE counter_tail IN EXCLUSIVE MODE;
    SELECT zone_s * interval '1 second' INTO STRICT v_zone FROM setting;
    DELETE FROM counter_tail;
    DELETE FROM counter_day;
    DELETE FROM counter_total;
    DELETE FROM counter_start;
    INSERT INTO counter_day
    SELECT c.day, c.office_id, c.field_id, sum(c.received_online), sum(c.received_other), sum(c.early), sum(c.on_time), sum(c.late),
           sum(c.overdue), sum(c.moved_in), sum(c.moved_out), sum(c.stopped_late), sum(c.stopped_other)
      FROM (SELECT f.*, coalesce(f.office_id, 0) AS office, coalesce(f.field_id, 0) AS field,
                   coalesce(lag(f.office_id) OVER w, 0) AS office_before, coalesce(lag(f.field_id) OVER w, 0) AS field_before,
                   row_number() OVER w = 1 AS is_first, lead(f.dossier_id) OVER w IS NULL AS is_last,
                   (f.valid_from AT TIME ZONE 'UTC' + v_zone)::date AS from_on,
                   CASE WHEN f.valid_to < 'infinity' THEN (f.valid_to AT TIME ZONE 'UTC' + v_zone)::date END AS to_on,
                   CASE WHEN f.ended_on IS NOT NULL THEN NULL
                        WHEN f.is_waiting THEN CASE WHEN f.was_overdue_before_wait THEN f.received_on END
                        WHEN f.due_is_instant THEN f.due_on ELSE f.due_on + 1 END AS overdue_on
              FROM dossier_fact f WHERE f.known_to = 'infinity'
            WINDOW w AS (PARTITION BY f.dossier_id ORDER BY f.valid_from)) f,
           LATERAL (
             SELECT f.received_on AS day, f.office AS office_id, f.field AS field_id, (f.channel = 2)::integer AS received_online,
                    (f.channel IS DISTINCT FROM 2)::integer AS received_other, 0 AS early, 0 AS on_time, 0 AS late, 0 AS overdue,
                    0 AS moved_in, 0 AS moved_out, 0 AS stopped_late, 0 AS stopped_other
              WHERE f.is_first
             UNION ALL
             SELECT f.from_on, x.office, x.field, 0, 0, 0, 0, 0, 0, x.moved_in, x.moved_out, 0, 0
               FROM (VALUES (f.office, f.field, 1, 0), (f.office_before, f.field_before, 0, 1)) x (office, field, moved_in, moved_out)
              WHERE NOT f.is_first AND (f.office, f.field) IS DISTINCT FROM (f.office_before, f.field_before)
             UNION ALL
             SELECT x.day, f.office, f.field, 0, 0, 0, 0, 0, x.overdue, 0, 0, 0, 0
               FROM (VALUES (greatest(f.from_on, f.received_on, f.overdue_on), 1), (f.to_on, -1)) x (day, overdue)
              WHERE f.overdue_on IS NOT NULL AND x.day IS NOT NULL
                AND greatest(f.from_on, f.received_on, f.overdue_on) < coalesce(f.to_on, 'infinity')
             UNION ALL
             SELECT f.ended_on, f.office, f.field, 0, 0, (f.judgement = 'early')::integer,
                    (f.judgement NOT IN ('early', 'late'))::integer, (f.judgement = 'late')::integer, 0, 0, 0,
                    (f.judgement = 'late' AND f.outcome IN ('stopped', 'withdrawn', 'closed', 'forced'))::integer,
                    (f.judgement <> 'late' AND f.outcome IN ('stopped', 'withdrawn', 'closed', 'forced'))::integer
              WHERE f.is_last AND f.ended_on IS NOT NULL) c
     GROUP BY c.day, c.office_id, c.field_id;
    -- The first day stays, though all that was known of it be retracted: what was reported as known before can be asked for again.
    INSERT INTO counter_day
    SELECT received_on, coalesce(office_id, 0), coalesce(field_id, 0), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM dossier_fact ORDER BY received_on LIMIT 1
    ON CONFLICT DO NOTHING;
    UPDATE setting SET has_counters = true;
END $$;
