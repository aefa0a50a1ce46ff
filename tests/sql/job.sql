\ir setup.sql
BEGIN;
SELECT plan(9);
-- Two old previews of 250 and 30 rows, one without any; a young one, one that runs, and an old job that changed something.
INSERT INTO job (kind, key, state, created_at, touched_at)
SELECT kind, key, state, '2022-06-01', touched_at::timestamptz FROM (VALUES
    ('calendar_preview', 'old', 'done', '2022-07-01'), ('desk_preview', 'older', 'failed', '2022-06-01'), ('calendar_preview', 'none', 'cancelled', '2022-06-01'),
    ('calendar_preview', 'young', 'done', '2022-08-01'), ('calendar_preview', 'runs', 'running', '2022-06-01'), ('calendar_apply', 'record', 'done', '2022-06-01')) v (kind, key, state, touched_at);
INSERT INTO job_item (job_id, ordinal, text) SELECT j.id, n, '{}' FROM job j CROSS JOIN generate_series(1, 250) n
 WHERE key <> 'none' AND (key = 'old' OR n <= 30);
CREATE FUNCTION pg_temp.left_of(p_key text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM job_item i JOIN job j ON j.id = i.job_id WHERE j.key = p_key $$;
SET LOCAL ROLE motcua_app;
SELECT throws_ok($$ DELETE FROM job_item $$, '42501', NULL, 'by itself the application takes nothing away');
SELECT is(job_trim('2022-07-15', 100), 100::bigint, 'not more rows at a time than is said');
SELECT results_eq($$ SELECT key FROM job ORDER BY id $$, ARRAY['old', 'older', 'young', 'runs', 'record'], 'what has none goes itself');
SELECT is(pg_temp.left_of('old'), 150::bigint, 'one preview after the other');
SELECT is(job_trim('2022-07-15', 160), 160::bigint, 'the next slice ends one and begins the next');
SELECT is(pg_temp.left_of('older'), 20::bigint, 'which has the rest');
SELECT is(job_trim('2022-07-15', 100), 20::bigint, 'the last is short: so it is known to be the last');
SELECT results_eq($$ SELECT key, pg_temp.left_of(key) FROM job ORDER BY id $$, $$ VALUES ('young', 30::bigint), ('runs', 30), ('record', 30) $$,
    'what is young, runs or changed something stays, and all it found');
SELECT is(job_trim('2022-07-15', 100), 0::bigint, 'then none');
SELECT * FROM finish();
ROLLBACK;
