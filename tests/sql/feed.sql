\ir setup.sql
BEGIN;
SELECT plan(9);
-- 2,000 rows, a minute apart; two were written late, out of the order of time.
INSERT INTO feed (recorded_at, dossier_ids) SELECT '2022-08-01'::timestamptz + n * interval '1 minute', ARRAY[n] FROM generate_series(1, 2000) n;
UPDATE feed SET recorded_at = '2022-09-01' WHERE dossier_ids IN ('{10}', '{20}');
SET LOCAL ROLE motcua_app;
SELECT is(feed_trim('2022-08-01 01:00', 100, 1000), 57::bigint, 'what was recorded before the instant goes');
SELECT is((SELECT array_agg(dossier_ids[1] ORDER BY id) FROM (SELECT * FROM feed ORDER BY id LIMIT 3) f), '{10,20,60}'::bigint[], 'and nothing else, whatever its id');
SELECT is(feed_trim('2022-08-01 01:00', 100, 1000), 0::bigint, 'once');
SELECT is(feed_trim('infinity', 100, 40), 40::bigint, 'not more at a time than is said');
SELECT is(feed_trim('infinity', 1500, 5000), (SELECT 2000 - 1500 - 57 - 40)::bigint, 'the newest stay however old');
SELECT is((SELECT count(*) FROM feed), 1500::bigint, 'so many of them');
SELECT is(feed_trim('infinity', 0, 5000), 1499::bigint, 'the very newest always: it says what time it was');
SELECT is((SELECT max(dossier_ids[1]) FROM feed), 2000::bigint, 'it is that');
SELECT is(feed_trim('infinity', 0, 5000), 0::bigint, 'an empty feed has nothing to give');
SELECT * FROM finish();
ROLLBACK;
