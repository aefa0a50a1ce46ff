-- Registers: after a paper book, outside; a paper that is no letter gets its number once.
\ir setup.sql
BEGIN;
SELECT plan(18);
CREATE FUNCTION pg_temp.number(p_dossier bigint, p_ordinal integer, p_year integer) RETURNS bigint LANGUAGE sql AS $$
    SELECT paper_number(p_dossier, 'stop', p_ordinal, 2, p_year, 'TB', '2022-08-30T03:00:00Z') $$;
CREATE FUNCTION pg_temp.open(p_year integer, p_after bigint, p_is_outside boolean) RETURNS text LANGUAGE sql AS $$
    SELECT result || ' ' || last FROM register_open(2, p_year, 'TB', p_after, p_is_outside, 7, '2022-08-30', '2:' || p_year || ':TB', '12/QD-UBND',
        'sổ giấy', '2022-08-30T03:00:00Z') $$;
CREATE FUNCTION pg_temp.d(p_n integer) RETURNS bigint LANGUAGE sql AS 'SELECT 20220000000000 + p_n';
SET LOCAL ROLE motcua_app; -- everything below is what a daemon may do
INSERT INTO office (id, key, name, kind) VALUES (2, 'ubnd', 'UBND', 'committee');
SELECT is((SELECT count(*) FROM pg_temp.apply(ARRAY[
        pg_temp.member('{"dossier_id": 20220000000001, "code": "x/1"}'), pg_temp.member('{"dossier_id": 20220000000002, "code": "x/2"}')],
        ARRAY[pg_temp.event(1, 'a'), pg_temp.event(2, 'b')]) WHERE result = 'applied'), 2::bigint, 'two dossiers to number papers of');
SELECT is(pg_temp.number(pg_temp.d(1), 1, 2022), 1::bigint, 'a register opens itself with its first number');
SELECT is(pg_temp.number(pg_temp.d(1), 1, 2022), 1::bigint, 'asked again, the paper has the same number');
SELECT is(pg_temp.number(pg_temp.d(2), 1, 2022), 2::bigint, 'the next paper the next');
SELECT is(pg_temp.number(pg_temp.d(1), 2, 2022), 3::bigint, 'a second one of its kind too');
SELECT is(pg_temp.number(pg_temp.d(2), 2, 2023), 1::bigint, 'a new year begins at one');
SELECT is(pg_temp.open(2022, 40, false), 'in_use 3', 'a register that gave numbers is not opened after a paper book');
SELECT is(pg_temp.open(2024, 40, false), 'saved 40', 'one that gave none is');
SELECT is(pg_temp.number(pg_temp.d(1), 3, 2024), 41::bigint, 'and goes on after it');
SELECT is(pg_temp.open(2025, 0, true), 'saved 0', 'a register that is numbered elsewhere');
SELECT is(pg_temp.number(pg_temp.d(1), 4, 2025), NULL, 'gives no number');
SELECT is((SELECT count(*) FROM register_entry WHERE year = 2025), 0::bigint, 'and has no entry');
SELECT is((SELECT array_agg(number ORDER BY number) FROM register_entry WHERE year = 2022 AND symbol = 'TB'), ARRAY[1, 2, 3]::bigint[], 'no gap');
SELECT is((SELECT last FROM register WHERE year = 2022 AND symbol = 'TB'), 3::bigint, 'the register knows its last number');
SELECT throws_ok($$ INSERT INTO register_entry (office_id, year, symbol, number, entered_at) VALUES (2, 2022, 'TB', 9, now()) $$, '23514', NULL,
    'a number is of a letter or of a paper');
SELECT throws_ok($$ UPDATE register_entry SET number = 9 WHERE year = 2022 $$, '42501', NULL, 'a number that was given does not change');
SELECT is((SELECT count(*) FROM reference_change WHERE kind = 'register'), 2::bigint, 'each opening is in the book of edits');
SELECT is((SELECT source FROM reference_change WHERE kind = 'register' ORDER BY id DESC LIMIT 1), '12/QD-UBND', 'with the decision it rests on');
SELECT * FROM finish();
ROLLBACK;
