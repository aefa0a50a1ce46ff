\ir setup.sql
BEGIN;
SELECT plan(7);
SET LOCAL ROLE motcua_app;
SELECT is(read_log_add(ARRAY['2022-08-30Z', '2022-08-30Z', '2022-08-30Z', '2022-08-30Z']::timestamptz[], ARRAY[7, 7, 0, 8], ARRAY[NULL, NULL, NULL, 5]::bigint[],
    ARRAY['dossier', 'list', 'public_lookup', 'person'], ARRAY['a', 'b', 'c', 'd'], ARRAY[11, NULL, 31, NULL], ARRAY[1, 2, 5, 6], ARRAY[0, 4, 4, 5],
    ARRAY[11, 21, 22, 23, 31]), 4::bigint,
    'a batch is written at once');
SELECT results_eq($$ SELECT trace, officer_id, dossier_id, dossier_ids, person_id FROM read_log ORDER BY trace $$,
    $$ VALUES ('a', 7::bigint, 11::bigint, NULL::bigint[], NULL::bigint), ('b', 7, NULL, ARRAY[21, 22, 23]::bigint[], NULL), ('c', 0, 31, NULL, NULL),
              ('d', 8, NULL, NULL, 5) $$, 'each row with its own dossiers, in their order');
SELECT is(current_setting('synchronous_commit'), 'off', 'and does not wait for the disk');
SELECT throws_ok($$ DELETE FROM read_log $$, '42501', NULL, 'what was read is not forgotten');
SELECT throws_ok($$ UPDATE read_log SET officer_id = 1 $$, '42501', NULL, 'nor ascribed to another');
SELECT is(read_log_add('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'), 0::bigint, 'an empty batch is none');
RESET ROLE;
SELECT is((SELECT count(*) FROM pg_index WHERE indrelid = 'read_log'::regclass AND indisunique), 0::bigint, 'no read pays for a key that nobody asks by');
SELECT * FROM finish();
ROLLBACK;
