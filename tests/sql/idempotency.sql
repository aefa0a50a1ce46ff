\ir setup.sql
BEGIN;
SELECT plan(8);
-- 250 keys, an hour apart, the newest last; written in another order than that of their age.
INSERT INTO idempotency_key (principal, key, body_hash, dossier_id, seq, status, created_at)
SELECT 1, 'key ' || n, sha256(n::text::bytea), 1, 1, 200, '2022-08-01'::timestamptz + n * interval '1 hour' FROM generate_series(1, 250) n ORDER BY n % 7;
SET LOCAL ROLE motcua_app;
SELECT is(idempotency_trim('2022-08-01', 100), 0::bigint, 'none is old enough');
SELECT is(idempotency_trim('2022-08-01'::timestamptz + interval '201 hours', 80), 80::bigint, 'not more at a time than is said');
SELECT is((SELECT min(created_at) FROM idempotency_key), '2022-08-01'::timestamptz + interval '81 hours', 'the oldest first');
SELECT is(idempotency_trim('2022-08-01'::timestamptz + interval '201 hours', 80), 80::bigint, 'slice after slice');
SELECT is(idempotency_trim('2022-08-01'::timestamptz + interval '201 hours', 80), 40::bigint, 'the last is short: so it is known to be the last');
SELECT is(idempotency_trim('2022-08-01'::timestamptz + interval '201 hours', 80), 0::bigint, 'then none');
SELECT is((SELECT count(*) FROM idempotency_key), 50::bigint, 'those of that instant and after it stay');
SELECT is((SELECT min(created_at) FROM idempotency_key), '2022-08-01'::timestamptz + interval '201 hours', 'all of them');
SELECT * FROM finish();
ROLLBACK;
