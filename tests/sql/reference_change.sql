-- Edits of reference data: chained, never rewritten, and each raises the epoch.
\ir setup.sql
BEGIN;
SELECT plan(7);
CREATE FUNCTION pg_temp.change(p_after text) RETURNS bigint LANGUAGE sql AS $$
    SELECT reference_change_add('calendar', 'vn', 'add', '2022-09-01', 7, '12/QD-UBND', 'bão', '', p_after, '2022-08-30T03:00:00Z') $$;
SELECT is((SELECT epoch FROM setting), 1::bigint, 'an installation begins at epoch 1');
SELECT lives_ok($$ SELECT pg_temp.change('day,2022-09-07') $$, 'an edit is recorded');
SELECT lives_ok($$ SELECT pg_temp.change('day,2022-09-08') $$, 'and another');
SELECT is((SELECT epoch FROM setting), 3::bigint, 'each edit raises the epoch');
SELECT is((SELECT hash FROM reference_change ORDER BY id DESC LIMIT 1),
    (SELECT sha256(hash || convert_to('8:calendar2:vn3:add10:2022-09-01' || '1:710:12/QD-UBND' || '4:bão' || '0:' ||
                                      '14:day,2022-09-08' || '16:1661828400000000', 'UTF8'))
       FROM reference_change ORDER BY id LIMIT 1), 'an edit is chained to the one before by its canonical text');
SELECT throws_ok($$ UPDATE reference_change SET source = 'x' $$, 'VD003', NULL, 'an edit cannot be rewritten');
SELECT throws_ok($$ DELETE FROM reference_change $$, 'VD003', NULL, 'nor removed');
SELECT * FROM finish();
ROLLBACK;
