\ir setup.sql
BEGIN;
SELECT plan(6);
INSERT INTO read_log (at, officer_id, what) VALUES (clock_timestamp() - interval '13 months', 1, 'dossier'), (clock_timestamp() - interval '11 months', 1, 'dossier');
SET LOCAL ROLE motcua_app;
SELECT throws_ok($$ SELECT retention_delete('reads', clock_timestamp() - interval '11 months', 10) $$, 'VD012', NULL, 'the last twelve months are kept');
SELECT throws_ok($$ SELECT retention_delete('reads', 'infinity', 10) $$, 'VD012', NULL, 'whatever instant is handed in');
SELECT is(retention_delete('reads', clock_timestamp() - interval '12 months 1 day', 10), 1::bigint, 'what is older goes');
SELECT is((SELECT count(*) FROM read_log), 1::bigint, 'and nothing else');
SELECT throws_ok($$ DELETE FROM read_log $$, '42501', NULL, 'not by the application itself');
SELECT throws_ok($$ UPDATE retention_rule SET keep_months = 11 $$, '23514', NULL, 'no rule is shorter than a year');
SELECT * FROM finish();
ROLLBACK;
