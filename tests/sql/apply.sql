\ir setup.sql
BEGIN;
SELECT plan(36);
SET LOCAL ROLE motcua_app; -- everything below is what a daemon may do

SELECT results_eq($$ SELECT result, version, code FROM pg_temp.apply(ARRAY[
        pg_temp.member('{"dossier_id": 20220000000001, "code_identifier": "H38.1", "code_day": "220830", "search": "an"}'),
        pg_temp.member('{"dossier_id": 20220000000002, "code": "old/7"}'),
        pg_temp.member('{"dossier_id": 20220000000003, "code_identifier": "H38.1", "code_day": "220830"}')],
        ARRAY[pg_temp.event(1, 'a'), pg_temp.event(1, 'b'), pg_temp.event(2, 'c'), pg_temp.event(3, 'd')]) $$,
    $$ VALUES ('applied', 2, 'H38.1-220830-0001'), ('applied', 1, 'old/7'), ('applied', 1, 'H38.1-220830-0002') $$,
    'codes count up per office and day; a given one is kept');
SELECT is(string_agg(convert_from(bytes, 'UTF8'), '|' ORDER BY seq), E'a\nseq 1\ncode H38.1-220830-0001\n|b\nseq 2\n',
    'seq and the assigned code are appended, once') FROM event WHERE dossier_id = 20220000000001;
SELECT is(convert_from(bytes, 'UTF8'), E'c\nseq 1\n', 'a given code is not appended: the core composed it')
  FROM event WHERE dossier_id = 20220000000002;
SELECT ok(bool_and(hash = sha256(coalesce(prev, decode(repeat('00', 32), 'hex')) || bytes)), 'each hash chains to the one before')
  FROM (SELECT hash, bytes, lag(hash) OVER (PARTITION BY dossier_id ORDER BY seq) prev FROM event) x;
SELECT ok(d.chain = e.hash AND d.version = e.seq, 'the dossier carries the newest seq and hash')
  FROM dossier d JOIN event e ON e.dossier_id = d.id AND e.seq = 2 WHERE d.id = 20220000000001;
SELECT results_eq('SELECT dossier_ids FROM feed', $$ VALUES (ARRAY[20220000000001, 20220000000002, 20220000000003]) $$,
    'one feed row a batch');
SELECT is((SELECT count(*) FROM pg_inherits WHERE inhparent = 'event'::regclass), 1::bigint, 'the partition of the year was made');

SELECT results_eq($$ SELECT result, version FROM pg_temp.apply(ARRAY[
        pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 1}'),
        pg_temp.member('{"dossier_id": 20220000000002, "expected_version": 1, "epoch": 99}'),
        pg_temp.member('{"dossier_id": 20220000000003, "expected_version": 1, "epoch": 1, "state": "processing"}'),
        pg_temp.member('{"dossier_id": 20220000000009, "expected_version": 5}'),
        pg_temp.member('{"dossier_id": 20220000000010, "code": "old/7"}')],
        ARRAY[pg_temp.event(1, 'x'), pg_temp.event(2, 'x'), pg_temp.event(3, 'x'), pg_temp.event(4, 'x'), pg_temp.event(5, 'x')]) $$,
    $$ VALUES ('stale_version', 2), ('stale_epoch', 1), ('applied', 2), ('no_dossier', 0), ('code_taken', 0) $$,
    'what is foreseeable fails alone, with the present version');
SELECT is((SELECT count(*) FROM event), 5::bigint, 'and leaves no event');
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000011, "code": "x/1",
        "last_recorded_at": "2022-08-30T02:59:49Z"}')], ARRAY[pg_temp.event(1, 'x')]) $$,
    $$ VALUES ('clock_behind') $$, 'recorded more than 10 s below the newest feed row is refused');

SELECT results_eq($$ SELECT code FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000012,
        "code_identifier": "G09.20", "code_day": "20260609"}')], ARRAY[pg_temp.event(1, 'x')]) $$,
    $$ VALUES ('G09.20-20260609-0000001') $$, 'a day of eight digits has a serial of seven');

SELECT results_eq($$ SELECT a.result, b.result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000013,
        "code": "x/13", "holder_office_id": 7, "pending_office_id": 8}')], ARRAY[pg_temp.event(1, 'x')]) a
      CROSS JOIN LATERAL pg_temp.apply(ARRAY[pg_temp.member(('{"dossier_id": 20220000000013, "holder_office_id": 8, "expected_version": '
        || a.version || '}')::jsonb)], ARRAY[pg_temp.event(1, 'y')]) b $$, $$ VALUES ('applied', 'applied') $$, 'a dossier is handed over');
SELECT results_eq($$ SELECT holders_before, pendings_before FROM feed WHERE dossier_ids = '{20220000000013}' ORDER BY id $$,
    $$ VALUES ('{NULL}'::bigint[], '{NULL}'::bigint[]), ('{7}', '{8}') $$, 'the feed says who held it before');

-- keys
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000003, "expected_version": 2,
        "principal": 5, "key": "k", "status": 200, "body_hash": "\\x0000000000000000000000000000000000000000000000000000000000000001"}')],
        ARRAY[pg_temp.event(1, 'x')]) $$, $$ VALUES ('applied') $$, 'a request with a key');
SELECT results_eq($$ SELECT result, first_dossier, first_seq, first_status, is_same_body FROM pg_temp.apply(ARRAY[
        pg_temp.member('{"dossier_id": 20220000000003, "expected_version": 2, "principal": 5, "key": "k", "status": 200,
        "body_hash": "\\x0000000000000000000000000000000000000000000000000000000000000001"}')], ARRAY[pg_temp.event(1, 'x')]) $$,
    $$ VALUES ('duplicate_key', 20220000000003, 3, 200, true) $$, 'comes back with its first answer, before its stale version');
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000003, "expected_version": 3,
        "principal": 6, "key": "k", "status": 200, "body_hash": "\\x0000000000000000000000000000000000000000000000000000000000000001"}')],
        ARRAY[pg_temp.event(1, 'x')]) $$, $$ VALUES ('applied') $$, 'a key belongs to its principal');
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000003, "expected_version": 4,
        "principal": 5, "key": "k", "status": 200, "body_hash": "\\x0000000000000000000000000000000000000000000000000000000000000002"}')],
        ARRAY[pg_temp.event(1, 'x')], at => '2022-09-06T03:00:01Z') $$, $$ VALUES ('applied') $$, 'a key lives seven days');

-- facts
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 2}')],
        ARRAY[pg_temp.event(1, 'x')], ARRAY[pg_temp.fact(1, '{"valid_from": "2022-08-30T03:00:00Z", "known_at": "2022-08-30T03:00:00Z"}')]) $$,
    'a fact begins');
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 3}')],
        ARRAY[pg_temp.event(1, 'x')], ARRAY[
        pg_temp.fact(1, '{"operation": 1, "valid_from": "2022-08-30T03:00:00Z", "valid_to": "2022-09-01T03:00:00Z", "known_at": "2022-09-02T03:00:00Z"}'),
        pg_temp.fact(1, '{"valid_from": "2022-09-01T03:00:00Z", "known_at": "2022-09-02T03:00:00Z", "is_waiting": true}')]) $$,
    'it ends, and the next begins');
PREPARE state_at(timestamptz, timestamptz) AS SELECT is_waiting FROM dossier_fact WHERE dossier_id = 20220000000001
    AND valid_from <= $1 AND known_from <= $2 AND $2 < known_to AND ($1 < valid_to OR $2 < valid_to_known_at);
SELECT results_eq($$ EXECUTE state_at('2022-09-01T12:00Z', '2022-09-01T12:00Z') $$, ARRAY[false], 'known before, the end was not yet');
SELECT results_eq($$ EXECUTE state_at('2022-09-01T12:00Z', '2022-09-02T12:00Z') $$, ARRAY[true], 'known after, it was');
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 4}')],
        ARRAY[pg_temp.event(1, 'x')], ARRAY[
        pg_temp.fact(1, '{"operation": 2, "valid_from": "2022-09-01T03:00:00Z", "known_at": "2022-09-03T03:00:00Z"}'),
        pg_temp.fact(1, '{"valid_from": "2022-09-01T03:00:00Z", "known_at": "2022-09-03T03:00:00Z"}')]) $$,
    'a row is retracted and written anew');
SELECT results_eq($$ EXECUTE state_at('2022-09-01T12:00Z', '2022-09-02T12:00Z') $$, ARRAY[true], 'what was known then stays known then');
SELECT results_eq($$ EXECUTE state_at('2022-09-01T12:00Z', '2022-09-03T12:00Z') $$, ARRAY[false], 'and differs from then on');
SELECT throws_ok($$ UPDATE dossier_fact SET known_to = '2022-09-09Z' WHERE known_to <> 'infinity' $$, 'VD001', NULL,
    'a retracted fact never changes');
SELECT throws_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 5}')],
        ARRAY[pg_temp.event(1, 'x')], ARRAY[pg_temp.fact(1, '{"operation": 2, "valid_from": "2020-01-01Z", "known_at": "2022-09-03Z"}')]) $$,
    'VD013', NULL, 'a fact to change that is not there is an error, never silence');

-- letters and numbers
RESET ROLE;
INSERT INTO office (id, key, name, kind) VALUES (1, 'ubnd', 'UBND', 'committee');
INSERT INTO register (office_id, year, symbol, is_outside) VALUES (1, 2022, 'OUT', true);
SET LOCAL ROLE motcua_app;
SELECT lives_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 5}')], ARRAY[pg_temp.event(1, 'x')],
        letters => ARRAY[pg_temp.letter(1, '{"id": 1, "state": "drafted", "author_office_id": 1, "form": "F", "data": "{}"}')]) $$, 'a draft');
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 6}')], ARRAY[pg_temp.event(1, 'x')],
        letters => ARRAY[pg_temp.letter(1, '{"id": 2, "state": "drafted", "author_office_id": 1, "form": "F", "data": "{}"}')]) $$,
    $$ VALUES ('letter_conflict') $$, 'one live letter per dossier and trigger');
SELECT results_eq($$ SELECT result FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 6}')], ARRAY[pg_temp.event(1, 'x', 1)],
        letters => ARRAY[pg_temp.letter(1, '{"id": 1, "operation": 1, "state": "numbered", "wants_number": true, "register_office_id": 1,
        "register_year": 2022, "register_symbol": "OUT", "content_hash": "\\x0000000000000000000000000000000000000000000000000000000000000001"}')]) $$,
    $$ VALUES ('register_outside') $$, 'an outside register gives no number');
SELECT results_eq($$ SELECT result, number FROM pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001, "expected_version": 6}')], ARRAY[pg_temp.event(1, 'n', 1)],
        letters => ARRAY[pg_temp.letter(1, '{"id": 1, "operation": 1, "state": "numbered", "wants_number": true, "register_office_id": 1,
        "register_year": 2022, "register_symbol": "PXL", "content_hash": "\\x0000000000000000000000000000000000000000000000000000000000000001"}')]) $$,
    $$ VALUES ('applied', 1::bigint) $$, 'the first number of a register is 1');
SELECT is(convert_from(bytes, 'UTF8'), E'n\nseq 7\nnumber 1\n', 'and stands in the event') FROM event WHERE dossier_id = 20220000000001 AND seq = 7;
SELECT results_eq('SELECT number, letter_id FROM register_entry', 'VALUES (1::bigint, 1::bigint)', 'and in the register');
SELECT throws_ok($$ UPDATE letter SET data = '{"other": 1}' $$, 'VD002', NULL, 'a numbered letter never changes');
SELECT lives_ok($$ UPDATE letter SET state = 'issued', issued_at = '2022-08-31Z' $$, 'but goes its way');

-- batches
SELECT throws_ok($$ SELECT pg_temp.apply(ARRAY[pg_temp.member('{"dossier_id": 20220000000001}'), pg_temp.member('{"dossier_id": 20220000000001}')], '{}') $$,
    'VD012', NULL, 'a batch holds each dossier once');
SELECT throws_ok($$ SELECT pg_temp.apply((SELECT array_agg(pg_temp.member(jsonb_build_object('dossier_id', 20220000001000 + i))) FROM generate_series(1, 501) i), '{}') $$,
    'VD011', NULL, 'at most 500 members');
SELECT * FROM finish();
ROLLBACK;
