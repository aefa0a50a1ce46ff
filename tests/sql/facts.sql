\ir setup.sql
BEGIN;
SELECT plan(9);
-- 20,000 dossiers over four years, each with rows of facts as the engine writes them: open until it ended; a third learned days later than it
-- happened; a tenth corrected afterwards, so that what was known before stands retracted; a few waiting.
SET LOCAL session_replication_role = replica;
SELECT setseed(0.4711);
CREATE TEMPORARY TABLE life AS
SELECT 20190000000000 + n AS id, at, at::date AS on_, at + days * interval '1 day' AS due, at + took * interval '1 day' AS ended,
       CASE WHEN n % 3 = 0 THEN interval '9 days' ELSE interval '2 seconds' END AS lag, n % 10 = 0 AS is_corrected, n % 40 = 0 AS is_instant,
       1 + n % 50 AS office, nullif(n % 7, 0) AS field, 1 + n % 3 AS channel, n % 2 + 1 AS procedure
  FROM (SELECT n, '2019-01-01Z'::timestamptz + n * interval '105 minutes' AS at, (random() * 30)::integer AS days, (random() * random() * 60)::integer AS took
          FROM generate_series(1, 20000) n) x;
UPDATE life SET ended = NULL WHERE id % 97 = 0 OR ended > '2022-12-30Z';
INSERT INTO dossier_fact (dossier_id, valid_from, valid_to, valid_to_known_at, known_from, known_to, filed_office_id, office_id, field_id, procedure_id,
    channel, received_at, received_on, due_at, due_on, due_is_instant, ended_at, ended_on, outcome, judgement, is_waiting, was_overdue_before_wait,
    verdict, letter_timing, is_letter_owed)
SELECT l.id, r.valid_from, r.valid_to, CASE WHEN isfinite(r.valid_to) THEN r.valid_to + l.lag ELSE '-infinity' END, r.known_from, r.known_to,
       l.office, l.office, l.field, l.procedure, l.channel, l.at, l.on_, l.due, (l.due AT TIME ZONE 'UTC')::date, l.is_instant,
       r.ended, (r.ended AT TIME ZONE 'UTC')::date, 'none', CASE WHEN r.ended IS NULL THEN 'none' WHEN r.ended > l.due THEN 'late' ELSE 'early' END,
       r.ended IS NULL AND l.id % 11 = 0, r.ended IS NULL AND l.id % 22 = 0, 'none', 'none', false
  FROM life l CROSS JOIN LATERAL (
       SELECT l.at + l.lag AS known_from, 'infinity'::timestamptz AS known_to, l.at AS valid_from, coalesce(l.ended, 'infinity') AS valid_to, NULL::timestamptz AS ended
       UNION ALL -- as it was believed to have ended, until the correction a month later
       SELECT l.ended + l.lag, CASE WHEN l.is_corrected THEN l.ended + interval '30 days' ELSE 'infinity' END, l.ended, 'infinity', l.ended WHERE l.ended IS NOT NULL
       UNION ALL
       SELECT l.ended + interval '30 days', 'infinity', l.ended, 'infinity', l.ended + interval '1 hour' WHERE l.is_corrected AND l.ended IS NOT NULL) r
 WHERE r.valid_from < r.valid_to AND r.known_from <= r.known_to;
SET LOCAL session_replication_role = origin;
ANALYZE dossier_fact;
SET LOCAL ROLE motcua_app;

-- The conditions in other words, plain, over every row.
CREATE FUNCTION pg_temp.counted(p_from date, p_to date, s timestamptz, k timestamptz, offices bigint[], field bigint, way smallint)
RETURNS TABLE (dossier_id bigint, is_overdue boolean) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
    SELECT x.dossier_id, x.ended_on IS NULL AND CASE WHEN x.is_waiting THEN x.was_overdue_before_wait WHEN x.due_is_instant THEN s > x.due_at ELSE s::date > x.due_on END
      FROM dossier_fact x
     WHERE NOT (x.known_from > k OR x.known_to <= k OR x.valid_from > s) AND NOT (x.valid_to <= s AND x.valid_to_known_at <= k)
       AND NOT coalesce(x.ended_on < p_from, false) AND x.received_on <= p_to AND (offices IS NULL OR array_position(offices, x.office_id) IS NOT NULL)
       AND (field IS NULL OR x.field_id IS NOT DISTINCT FROM nullif(field, 0))
       AND CASE way WHEN 0 THEN x.channel <> 2 ELSE coalesce(x.channel = way, true) END;
END $$;
CREATE TEMPORARY TABLE asked AS
SELECT (s - interval '30 days')::date AS p_from, s::date AS p_to, s, s + (random() * random() * 200)::integer * interval '1 day' AS k,
       CASE n % 3 WHEN 0 THEN '{7}'::bigint[] WHEN 1 THEN '{3,4,5}' END AS offices, CASE n % 4 WHEN 0 THEN n % 7 END::bigint AS field,
       CASE n % 5 WHEN 0 THEN 0 WHEN 1 THEN 2 END::smallint AS channel
  FROM (SELECT n, '2019-03-01Z'::timestamptz + (random() * 1390)::integer * interval '1 day' + interval '17 hours' AS s FROM generate_series(1, 40) n) x;
INSERT INTO asked VALUES ('2019-01-01', '2022-12-31', '2022-12-31 17:00Z', '2023-06-01Z', NULL, NULL, NULL), -- all there is
                         ('2021-01-01', '2021-12-31', '2021-12-31 17:00Z', '2021-12-31 18:00Z', NULL, NULL, NULL); -- as it was known then
SET LOCAL timezone = 'UTC';

SELECT cmp_ok((SELECT count(*) FROM asked a CROSS JOIN LATERAL pg_temp.counted(a.p_from, a.p_to, a.s, a.k, a.offices, a.field, a.channel)), '>', 8000::bigint,
    'there is something to be counted');
SELECT is((SELECT count(*) FROM dossier_fact WHERE known_to <> 'infinity' AND known_to > '2019-03-01Z') > 1000, true, 'and something that is no longer held true');
CREATE FUNCTION pg_temp.differences() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM asked a CROSS JOIN LATERAL (
        (SELECT f.dossier_id, f.is_overdue
           FROM dossier_facts(a.p_from, a.p_to, a.s, a.s::date, a.k, a.offices, a.field, NULL, a.channel, -1, 9223372036854775807) f
         EXCEPT ALL SELECT * FROM pg_temp.counted(a.p_from, a.p_to, a.s, a.k, a.offices, a.field, a.channel))
        UNION ALL
        (SELECT * FROM pg_temp.counted(a.p_from, a.p_to, a.s, a.k, a.offices, a.field, a.channel)
         EXCEPT ALL SELECT f.dossier_id, f.is_overdue
           FROM dossier_facts(a.p_from, a.p_to, a.s, a.s::date, a.k, a.offices, a.field, NULL, a.channel, -1, 9223372036854775807) f)) d $$;
SELECT is(pg_temp.differences(), 0::bigint, 'the facts of a scope are those of the plain conditions, at any moment and knowledge');
SET LOCAL enable_seqscan = off;
SELECT is(pg_temp.differences(), 0::bigint, 'by whatever way they are found');
RESET enable_seqscan;

-- The way: function and conditions are put into the statement, a month is a stretch of two indexes, a page costs what its figure does.
CREATE FUNCTION pg_temp.way(statement text, OUT way text, OUT n_rows bigint) LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    way := ''; n_rows := 0;
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off) ' || statement LOOP
        way := way || line || E'\n';
        n_rows := greatest(n_rows, (regexp_match(line, '(?:Removed by Filter: |actual rows=)(\d+)'))[1]::bigint);
    END LOOP;
END $$;
CREATE TEMPORARY TABLE ways AS
SELECT name, (pg_temp.way(format($q$ SELECT * FROM (SELECT * FROM dossier_facts('%1$s', '%2$s', '%2$s 17:00Z', '%2$s', '2023-06-01Z', NULL, NULL, NULL, NULL, %3$s, %4$s) f %5$s) f $q$,
                                 from_, to_, after, upto, more))).*
  FROM (VALUES ('month', '2022-06-01', '2022-06-30', '-1', '9223372036854775807', ''),
               ('page', '2022-06-01', '2022-06-30', '-1', '9223372036854775807', 'WHERE f.is_overdue ORDER BY f.dossier_id LIMIT 50'),
               ('stretch', '2019-01-01', '2022-12-31', '20190000010000', '20190000010200', '')) x (name, from_, to_, after, upto, more);
SELECT is((SELECT array_agg(name ORDER BY name) FROM ways WHERE way ~ 'Function Scan|fact_counts|Seq Scan on dossier_fact'), NULL,
    'nothing is hidden from the planner, and no row is read that a month, a page or a stretch has no use for');
SELECT is((SELECT array_agg(name ORDER BY name) FROM ways WHERE way ~ 'fact_ended' AND way ~ 'fact_open'), '{month,page}', 'a month is found by day');
SELECT is((SELECT array_agg(name || ' ' || n_rows) FROM ways WHERE n_rows > 6000), NULL, 'of 40,000 rows they read some thousand');

-- The only dossier of the first day turned out to be entered by mistake: counted anew, the first day is the same, and nothing is counted on it.
RESET ROLE;
SET LOCAL session_replication_role = replica;
INSERT INTO dossier_fact (dossier_id, valid_from, valid_to, valid_to_known_at, known_from, known_to, filed_office_id, office_id, field_id, procedure_id,
    channel, received_at, received_on, due_is_instant, outcome, judgement, is_waiting, was_overdue_before_wait, verdict, letter_timing, is_letter_owed)
VALUES (20180000000001, '2018-12-20Z', 'infinity', '-infinity', '2018-12-20Z', '2019-01-08Z', 3, 3, 2, 1, 1, '2018-12-20Z', '2018-12-20', false, 'none', 'none', false, false, 'none', 'none', false);
SET LOCAL session_replication_role = origin;
SELECT counter_rebuild();
SELECT is((SELECT min(day) FROM counter_day), '2018-12-20'::date, 'the first day of which anything was ever known stays the first when it is counted anew');
SELECT is((SELECT sum(received_online + received_other + early + on_time + late + overdue + moved_in + moved_out) FROM counter_day WHERE day < '2019-01-01'), 0::bigint,
    'without anything counted on it');
SELECT * FROM finish();
ROLLBACK;
