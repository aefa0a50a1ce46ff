\ir setup.sql
BEGIN;
SELECT plan(11);
SELECT throws_ok($$ UPDATE setting SET clock_offset_us = 1 $$, '23514', NULL, 'only a demonstration moves the clock');
SELECT throws_ok($$ INSERT INTO setting DEFAULT VALUES $$, '23505', NULL, 'there is one installation');
SELECT is(id_block('dossier:2022', 10), 20220000000010::bigint, 'dossier ids begin at filing year x 10^10 + 1');
SELECT is(id_block('dossier:2022', 5), 20220000000015::bigint, 'and go on block by block');
SELECT is(id_block('person', 100), 100::bigint, 'other ids are counted from 1');
SELECT throws_ok($$ SELECT id_block('event', 1) $$, 'VD010', NULL, 'there is no block of another kind');
SELECT is(epoch_bump(), 2::bigint, 'an edit of reference data counts up');
SELECT throws_ok($$ INSERT INTO person_version (person_id, version, kind, name, name_folded, phone, recorded_at)
    VALUES (1, 1, 'person', 'a', 'a', 'x', '2022-01-01Z') $$, '23514', NULL, 'what is sealed names its key');
INSERT INTO calendar (id, key, name, level) VALUES (1, 'vn', 'Lich', 'country');
SELECT lives_ok($$ INSERT INTO sweep_run (office_id, night, as_of, started_at) VALUES (0, '2022-08-30', '2022-08-30Z', '2022-08-30Z') $$, 'a sweep');
SELECT throws_ok($$ INSERT INTO sweep_run (office_id, night, as_of, started_at) VALUES (0, '2022-08-30', '2022-08-30Z', '2022-08-30Z') $$,
    '23505', NULL, 'a night is swept once');
SELECT results_eq($$ SELECT warning_at(level, '2022-08-30T08:00Z', '2022-08-31T08:00Z', '2022-09-01T00:00Z', at)
      FROM (VALUES (1, 'fine', '2022-08-30T07:59Z'::timestamptz), (2, 'fine', '2022-08-30T08:00Z'), (3, 'at_risk', '2022-08-30T07:59Z'),
                   (4, 'fine', '2022-08-31T08:00Z'), (5, 'certain', '2022-08-31T23:59Z'), (6, 'at_risk', '2022-09-01T00:00Z'),
                   (7, 'overdue', '2022-08-01T00:00Z')) v (n, level, at) ORDER BY n $$,
    ARRAY['fine', 'at_risk', 'at_risk', 'certain', 'certain', 'overdue', 'overdue'], 'a level turns at its instant, and never back');
SELECT * FROM finish();
ROLLBACK;
