\ir setup.sql
CREATE FUNCTION pg_temp.deadline(p_member integer, p_kind text, p_due timestamptz DEFAULT '2022-08-31T10:00:00Z', p_office bigint DEFAULT 5,
    p_ordinal integer DEFAULT 0, p_officer bigint DEFAULT NULL) RETURNS apply_deadline LANGUAGE sql AS $$
    SELECT ROW(p_member, p_kind, p_ordinal, '2022-08-30T03:00:00Z', p_due, p_due::date, true, p_office, p_officer)::apply_deadline $$;
CREATE FUNCTION pg_temp.away(p_member integer) RETURNS apply_deadline LANGUAGE sql AS $$
    SELECT ROW(p_member, NULL, 0, NULL, NULL, NULL, false, NULL, NULL)::apply_deadline $$;
CREATE FUNCTION pg_temp.look(p_id bigint, p_version integer, p_warning text DEFAULT 'fine', p_alarm timestamptz DEFAULT NULL)
RETURNS follow_dossier LANGUAGE sql AS $$
    SELECT ROW(p_id, p_version, p_warning, NULL, NULL, NULL, p_alarm)::follow_dossier $$;
BEGIN;
SELECT plan(22);
SET LOCAL ROLE motcua_app; -- everything below is what a daemon may do
PREPARE kinds(bigint) AS SELECT kind, ordinal FROM dossier_deadline WHERE dossier_id = $1 ORDER BY due_at, kind, ordinal;

SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[
        pg_temp.member('{"dossier_id": 20220000000001, "code": "a/1"}'), pg_temp.member('{"dossier_id": 20220000000002, "code": "a/2"}')],
        ARRAY[pg_temp.event(1, 'a'), pg_temp.event(2, 'a')], deadlines => ARRAY[
        pg_temp.deadline(1, 'forward'), pg_temp.deadline(1, 'supplement_notice', '2022-09-06T10:00:00Z'), pg_temp.deadline(2, 'forward')]) $$,
    'deadlines come with the decision that begins them');
SELECT results_eq('EXECUTE kinds(20220000000001)', $$ VALUES ('forward', 0), ('supplement_notice', 0) $$, 'and stand with their dossier');
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 1}')],
        ARRAY[pg_temp.event(1, 'b')], deadlines => ARRAY[pg_temp.away(1), pg_temp.deadline(1, 'opinion', p_ordinal => 1),
        pg_temp.deadline(1, 'opinion', p_ordinal => 2)]) $$, 'the next decision brings others');
SELECT results_eq('EXECUTE kinds(20220000000001)', $$ VALUES ('opinion', 1), ('opinion', 2) $$, 'which take the place of all before');
SELECT results_eq('EXECUTE kinds(20220000000002)', $$ VALUES ('forward', 0) $$, 'of that dossier alone');
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 2}')],
        ARRAY[pg_temp.event(1, 'c')]) $$, 'a decision that changes none');
SELECT results_eq('EXECUTE kinds(20220000000001)', $$ VALUES ('opinion', 1), ('opinion', 2) $$, 'leaves them');
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 1}')],
        ARRAY[pg_temp.event(1, 'd')], deadlines => ARRAY[pg_temp.away(1)]) $$, $$ VALUES ('stale_version') $$, 'who comes second');
SELECT results_eq('EXECUTE kinds(20220000000001)', $$ VALUES ('opinion', 1), ('opinion', 2) $$, 'takes nothing away');
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000002, "expected_version": 1}')],
        ARRAY[pg_temp.event(1, 'b')], deadlines => ARRAY[pg_temp.deadline(1, 'forward', '2022-09-05T01:00:00Z')]) $$,
    'a row that an edit of the rules left behind is in nobody''s way');
SELECT is(due_at, '2022-09-05T01:00:00Z'::timestamptz, 'it is written over') FROM dossier_deadline WHERE dossier_id = 20220000000002;
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 3}')],
        ARRAY[pg_temp.event(1, 'e')], deadlines => ARRAY[pg_temp.away(1)]) $$, 'an end');
SELECT is_empty('EXECUTE kinds(20220000000001)', 'ends them all');

-- an edit of the rules
SELECT results_eq($$ SELECT * FROM deadlines_follow((SELECT epoch FROM setting), ARRAY[pg_temp.look(20220000000001, 4),
        pg_temp.look(20220000000002, 2, 'at_risk', '2022-09-01T00:00:00Z')],
        ARRAY[pg_temp.deadline(2, 'forward', '2022-09-06T01:00:00Z'), pg_temp.deadline(2, 'opinion', p_ordinal => 1)]) $$,
    $$ VALUES (true, 1, 0) $$, 'what is cached follows an edit, without an event');
SELECT results_eq('EXECUTE kinds(20220000000002)', $$ VALUES ('opinion', 1), ('forward', 0) $$, 'deadlines');
SELECT results_eq('SELECT warning, next_alarm_at, version FROM dossier WHERE id = 20220000000002',
    $$ VALUES ('at_risk', '2022-09-01T00:00:00Z'::timestamptz, 2) $$, 'warning and alarm');
SELECT results_eq($$ SELECT * FROM deadlines_follow((SELECT epoch FROM setting), ARRAY[pg_temp.look(20220000000002, 2, 'at_risk', '2022-09-01T00:00:00Z')],
        ARRAY[pg_temp.deadline(1, 'forward', '2022-09-06T01:00:00Z'), pg_temp.deadline(1, 'opinion', p_ordinal => 1)]) $$,
    $$ VALUES (true, 0, 0) $$, 'a second look changes nothing');
SELECT results_eq($$ SELECT * FROM deadlines_follow((SELECT epoch FROM setting), ARRAY[pg_temp.look(20220000000002, 1)], '{}') $$,
    $$ VALUES (true, 0, 1) $$, 'a dossier on which somebody acted meanwhile is passed over and told');
SELECT results_eq($$ SELECT * FROM deadlines_follow((SELECT epoch - 1 FROM setting), ARRAY[pg_temp.look(20220000000002, 2)], '{}') $$,
    $$ VALUES (false, 0, 0) $$, 'rules that are no longer the newest are followed by nobody');
SELECT results_eq('EXECUTE kinds(20220000000002)', $$ VALUES ('opinion', 1), ('forward', 0) $$, 'neither took anything away');

-- a daemon from before the ledger of letters would leave rows out that nobody could add later
SELECT throws_ok($$ SELECT result FROM apply_decisions('2022-08-30T03:00:00Z',
        ARRAY[pg_temp.member('{"dossier_id": 20220000000002, "expected_version": 2}')], ARRAY[pg_temp.event(1, 'x')],
        '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}') $$, '42883', NULL, 'a daemon that knows no obligations cannot apply');
SELECT cmp_ok(daemon_min, '>=', 17, 'and is told so when it starts') FROM setting;
SELECT * FROM finish();
ROLLBACK;
