-- What a login of the database sees that belongs to motcua_reader: inside its offices, outside, below, none, all.
\ir setup.sql

BEGIN;
SELECT plan(48);
INSERT INTO office (id, key, name, kind, parent_id) VALUES (900, 'r_top', 'Top', 'committee', NULL), (901, 'r_mc', 'Counter', 'one_stop', 900),
    (902, 'r_tp', 'Division', 'division', 900), (903, 'r_old', 'Ended', 'division', NULL), (904, 'r_else', 'Elsewhere', 'committee', NULL);
UPDATE office SET valid_to = '2022-01-01', successor_id = 902 WHERE id = 903;
-- Five dossiers: at the counter; held by the division; below the ended office; elsewhere; of no office at all.
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[
    pg_temp.member('{"dossier_id": 20220000000001, "code": "r1", "filed_office_id": 901, "supervising_office_id": 901, "competent_office_id": 900, "holder_office_id": 901}'),
    pg_temp.member('{"dossier_id": 20220000000002, "code": "r2", "filed_office_id": 901, "supervising_office_id": 901, "competent_office_id": 902, "holder_office_id": 902}'),
    pg_temp.member('{"dossier_id": 20220000000003, "code": "r3", "filed_office_id": 903, "supervising_office_id": 903, "competent_office_id": 903, "holder_office_id": 903}'),
    pg_temp.member('{"dossier_id": 20220000000004, "code": "r4", "filed_office_id": 904, "supervising_office_id": 904, "competent_office_id": 904, "holder_office_id": 904}'),
    pg_temp.member('{"dossier_id": 20220000000005, "code": "r5"}')],
    ARRAY[pg_temp.event(1, 'a'), pg_temp.event(2, 'b'), pg_temp.event(3, 'c'), pg_temp.event(4, 'd'), pg_temp.event(5, 'e')],
    ARRAY[pg_temp.fact(1, '{"valid_from": "2022-08-30T03:00:00Z", "known_at": "2022-08-30T03:00:00Z"}'),
          pg_temp.fact(4, '{"valid_from": "2022-08-30T03:00:00Z", "known_at": "2022-08-30T03:00:00Z"}')]) $$, 'five dossiers of four offices and none');
INSERT INTO person (id, created_at) VALUES (1, '2022-01-01');
INSERT INTO letter (id, dossier_id, trigger, state, author_office_id, form, data, recorded_at)
    VALUES (1, 20220000000001, 'lateness', 'drafted', 900, 'x', 'x', '2022-01-01'), (4, 20220000000004, 'lateness', 'drafted', 904, 'x', 'x', '2022-01-01');
INSERT INTO letter_addressee (letter_id, ordinal, person_id, person_version, changed_at) VALUES (1, 1, 1, 1, '2022-01-01'), (4, 1, 1, 1, '2022-01-01');
INSERT INTO register (office_id, year, symbol) VALUES (900, 2022, 'X'), (904, 2022, 'X');
INSERT INTO register_entry (office_id, year, symbol, number, letter_id, entered_at) VALUES (900, 2022, 'X', 1, 1, '2022-01-01'), (904, 2022, 'X', 1, 4, '2022-01-01');
INSERT INTO letter_obligation (dossier_id, ordinal, trigger, state, office_id, owed_at, recorded_at)
    VALUES (20220000000001, 1, 'lateness', 'open', 900, '2022-01-01', '2022-01-01'), (20220000000004, 1, 'lateness', 'open', 904, '2022-01-01', '2022-01-01');
INSERT INTO late_episode (dossier_id, step, from_at, recorded_at) VALUES (20220000000001, 1, '2022-01-01', '2022-01-01'), (20220000000004, 1, '2022-01-01', '2022-01-01');
INSERT INTO dossier_deadline (dossier_id, kind, from_at, due_at, due_on, is_instant, office_id)
    VALUES (20220000000001, 'x', '2022-01-01', '2022-01-02', '2022-01-02', false, 901), (20220000000004, 'x', '2022-01-01', '2022-01-02', '2022-01-02', false, 904);
INSERT INTO alarm_failure (dossier_id, version, first_at, retry_at, tries, error)
    VALUES (20220000000001, 1, '2022-01-01', '2022-01-01', 1, 'x'), (20220000000004, 1, '2022-01-01', '2022-01-01', 1, 'x');
INSERT INTO sweep_run (id, office_id, night, as_of, started_at) OVERRIDING SYSTEM VALUE
    VALUES (1, 900, '2022-01-01', '2022-01-01', '2022-01-01'), (4, 904, '2022-01-01', '2022-01-01', '2022-01-01');
INSERT INTO sweep_item (run_id, dossier_id, did, verdict) VALUES (1, 20220000000001, '{warned}', 'none'), (4, 20220000000004, '{warned}', 'none');
INSERT INTO blob (sha256, size, type, created_at) VALUES (sha256('x'), 1, 'application/pdf', '2022-01-01');
INSERT INTO letter_revision (letter_id, ordinal, sha256, way, subject, issuer, serial, is_trusted, signed_at, recorded_at)
    SELECT i, 1, sha256('x'), 'inside', 's', 'i', '1', true, '2022-01-01', '2022-01-01' FROM unnest('{1,4}'::bigint[]) i;
INSERT INTO counter_day VALUES ('2022-01-01', 900, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), ('2022-01-01', 904, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
INSERT INTO counter_tail SELECT * FROM counter_day WHERE day = '2022-01-01' AND office_id IN (900, 904);
INSERT INTO counter_total SELECT * FROM counter_day WHERE day = '2022-01-01' AND office_id IN (900, 904);
INSERT INTO job (kind, key, created_at) VALUES ('import', 'r', '2022-01-01');
INSERT INTO objective_interval (kind, from_at, dossier_id, declared_by, recorded_at)
    VALUES ('storm', '2022-01-01', 20220000000004, 1, '2022-01-01'), ('storm', '2022-01-01', NULL, 1, '2022-01-01');
-- The lists of tests below come after every row that hangs on a dossier stands twice: inside and outside.
CREATE FUNCTION pg_temp.seen() RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(code, ' ' ORDER BY code), 'none') FROM dossier WHERE code ~ '^r[1-5]$' $$;

-- ---- making readers ----
SELECT is(reader_add('r_inside', 'r_mc', '2022-08-30'), 'made', 'a login is made for a reader');
SELECT is(reader_add('r_inside', 'r_mc', '2022-08-30'), 'same', 'once');
SELECT is(reader_add('r_below', 'r_top', '2022-08-30'), 'made', 'one for an office with others below it');
SELECT is(reader_add('r_two', 'r_else', '2022-08-30'), 'made', 'one for an office elsewhere');
SELECT is(reader_add('r_two', 'r_mc', '2022-08-30'), 'added', 'and for a second one');
SELECT is(reader_add('r_heir', 'r_tp', '2022-08-30'), 'made', 'one for an office that goes on for another');
SELECT is(reader_add('r_all', NULL, '2022-08-30'), 'made', 'one for every dossier');
CREATE ROLE r_none LOGIN IN ROLE motcua_reader;
SELECT throws_ok($$ SELECT reader_add('r_x', 'nowhere', '2022-08-30') $$, 'VD010', NULL, 'no scope at an office that is not there');
SELECT throws_ok($$ SELECT reader_add('motcua_app', 'r_mc', '2022-08-30') $$, 'VD010', NULL, 'the application is no reader');
SELECT throws_ok($$ SELECT reader_add('postgres', 'r_mc', '2022-08-30') $$, 'VD010', NULL, 'nor who may everything');
SELECT throws_ok($$ SELECT reader_add('R"; DROP', 'r_mc', '2022-08-30') $$, 'VD010', NULL, 'a name is a plain word');
SELECT is((SELECT rolconfig FROM pg_roles WHERE rolname = 'r_inside'), ARRAY['default_transaction_read_only=on'], 'a reader''s transactions read');

-- ---- what each sees ----
SET SESSION AUTHORIZATION r_inside;
SELECT is(pg_temp.seen(), 'r1 r2', 'inside: what was filed at the office, wherever it lies now');
SELECT is((SELECT string_agg(dossier_id::text || seq, ' ' ORDER BY 1) FROM event WHERE dossier_id BETWEEN 20220000000001 AND 20220000000005),
    '202200000000011 202200000000021', 'and their events');
SELECT is((SELECT string_agg(code, ' ' ORDER BY code) FROM dossier_code WHERE code ~ '^r[1-5]$'), 'r1 r2', 'their codes');
SELECT is((SELECT count(*) FROM dossier_fact WHERE dossier_id IN (20220000000001, 20220000000004)), 1::bigint, 'facts');
SELECT is((SELECT array_agg(id) FROM letter), '{1}'::bigint[], 'letters');
SELECT is((SELECT array_agg(letter_id) FROM letter_addressee), '{1}'::bigint[], 'to whom they go');
SELECT is((SELECT array_agg(letter_id) FROM letter_revision), '{1}'::bigint[], 'their signatures');
SELECT is((SELECT array_agg(letter_id) FROM register_entry), '{1}'::bigint[], 'their numbers');
SELECT is((SELECT array_agg(dossier_id) FROM letter_obligation), '{20220000000001}'::bigint[], 'what is owed');
SELECT is((SELECT array_agg(dossier_id) FROM late_episode), '{20220000000001}'::bigint[], 'what was late');
SELECT is((SELECT array_agg(dossier_id) FROM dossier_deadline), '{20220000000001}'::bigint[], 'their deadlines');
SELECT is((SELECT array_agg(dossier_id) FROM alarm_failure), '{20220000000001}'::bigint[], 'what could not be judged');
SELECT is((SELECT array_agg(dossier_id) FROM sweep_item), '{20220000000001}'::bigint[], 'what a night did to them');
SELECT is((SELECT count(*) FROM job), 0::bigint, 'long work tells of dossiers of many offices: none of it');
SELECT is((SELECT count(*) FROM counter_day), 0::bigint, 'no figures of the committee above');
SELECT is((SELECT count(*) FROM objective_interval WHERE dossier_id IS NOT NULL), 0::bigint, 'no declared time of a dossier elsewhere');
SELECT throws_ok($$ SELECT data FROM letter $$, '42501', NULL, 'not what a letter says: it names the applicant');
SELECT throws_ok($$ SELECT public_token FROM letter $$, '42501', NULL, 'nor where anybody may read it');
SELECT throws_ok($$ SELECT * FROM reader_scope $$, '42501', NULL, 'nor who reads what');
SELECT throws_ok($$ SELECT count(*) FROM event_2022 $$, '42501', NULL, 'nor a partition by itself');
SELECT throws_ok($$ SELECT reader_add('r_inside', NULL, '2022-08-30') $$, '42501', NULL, 'nobody widens the own scope');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION r_below;
SELECT is(pg_temp.seen(), 'r1 r2 r3', 'below: all offices under the one, and one that ended for which one of them goes on');
SELECT is((SELECT count(*) FROM counter_day), 1::bigint, 'its figures');
SET ROLE motcua_reader;
SELECT is(pg_temp.seen(), 'r1 r2 r3', 'who acts as the common role keeps the own scope');
RESET ROLE;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION r_two;
SELECT is(pg_temp.seen(), 'r1 r2 r4', 'two scopes add up');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION r_heir;
SELECT is(pg_temp.seen(), 'r2 r3', 'what the office before it left behind');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION r_none;
SELECT is(pg_temp.seen(), 'none', 'without a scope nothing');
SELECT is((SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM letter) + (SELECT count(*) FROM dossier_fact)), 0::bigint, 'nor what hangs on it');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION r_all;
SELECT is(pg_temp.seen(), 'r1 r2 r3 r4 r5', 'all: those of no office too');
SELECT is((SELECT count(*) FROM job WHERE key = 'r'), 1::bigint, 'and long work');
RESET SESSION AUTHORIZATION;

-- ---- the application, and the end of a reader ----
SET LOCAL ROLE motcua_app;
SELECT is(pg_temp.seen(), 'r1 r2 r3 r4 r5', 'the application goes on as before');
RESET ROLE;
SELECT is(reader_remove('r_two', 'r_mc'), 1::bigint, 'a scope is taken away');
SET SESSION AUTHORIZATION r_two;
SELECT is(pg_temp.seen(), 'r4', 'from the next statement on');
RESET SESSION AUTHORIZATION;
SELECT is(reader_remove('r_all', NULL), 1::bigint, 'all scopes are taken away');
SET SESSION AUTHORIZATION r_all;
SELECT throws_ok($$ SELECT count(*) FROM dossier $$, '42501', NULL, 'who is no reader any more reads nothing');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
