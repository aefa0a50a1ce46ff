-- Logins: delays one below and one above each bound, a lock that strangers share and officers do not, codes and steps once.
\ir setup.sql
BEGIN;
SELECT plan(53);
INSERT INTO seal_key (id, added_at) VALUES (1, '2026-01-01');
SET LOCAL ROLE motcua_app; -- everything below is what a daemon may do
INSERT INTO office (id, key, name, kind) VALUES (2, 'ubnd', 'UBND', 'committee');
INSERT INTO officer (id, login, name) VALUES (11, 'lan', 'Lan'), (12, 'huong', 'Hương');
INSERT INTO officer_role (officer_id, role, office_id) VALUES (11, 'clerk', 2), (11, 'leader', 2);
INSERT INTO credential (officer_id, salt, hash, scrypt_n, scrypt_r, scrypt_p, changed_at)
SELECT o, decode(repeat('0a', 16), 'hex'), decode(repeat('0b', 32), 'hex'), 32768, 8, 1, '2026-01-01' FROM unnest(ARRAY[11, 12]) o;
-- An attempt at `s` seconds of a day; what it has to wait.
CREATE FUNCTION pg_temp.at(p_s numeric) RETURNS timestamptz LANGUAGE sql AS $$ SELECT timestamptz '2026-06-01T00:00:00Z' + p_s * interval '1 second' $$;
CREATE FUNCTION pg_temp.try(p_login text, p_client text, p_s numeric) RETURNS integer LANGUAGE sql AS $$
    SELECT wait_s FROM login_begin(sha256(p_login::bytea), p_client, left(p_client, 2) = 'd:', false, '192.0.2.1', pg_temp.at(p_s)) $$;
CREATE FUNCTION pg_temp.open(p_client text, p_step bigint, p_recovery text, p_token text, p_s numeric) RETURNS text LANGUAGE sql AS $$
    SELECT result FROM session_open(11, sha256('lan'::bytea), p_client, left(p_client, 2) = 'd:', p_step, sha256(p_recovery::bytea),
        sha256(p_token::bytea), p_token, 'bearer', pg_temp.at(p_s + 43200), '192.0.2.1', '', NULL, NULL, NULL, NULL, NULL, pg_temp.at(p_s)) $$;
CREATE FUNCTION pg_temp.told(p_kind text) RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM security_event WHERE kind = p_kind';

-- a client
SELECT is((SELECT array_agg(pg_temp.try('lan', 'a:1', 0)) FROM generate_series(1, 5)), ARRAY[0, 0, 0, 0, 0], 'five attempts are free');
SELECT is(pg_temp.try('lan', 'a:1', 0.9), 1, 'the sixth waits a second');
SELECT is(pg_temp.told('login_slowed'), 0::bigint, 'which is no event yet');
SELECT is(pg_temp.try('lan', 'a:1', 1), 0, 'and goes on after it');
SELECT is(pg_temp.told('login_slowed'), 1::bigint, 'one event when it begins');
SELECT is(pg_temp.try('lan', 'a:1', 2.5), 1, 'the next waits two');
SELECT is(pg_temp.try('lan', 'a:1', 3), 0, 'and goes on');
SELECT is((SELECT failures FROM login_attempt WHERE login_hash = sha256('lan') AND client = 'a:1'), 7, 'what was refused was not counted');
SELECT is(pg_temp.try('lan', 'a:2', 3), 0, 'another client waits for nobody');
SELECT is(pg_temp.try('huong', 'a:1', 3), 0, 'nor does another login');
SELECT is((SELECT array_agg(pg_temp.try('lan', 'a:1', 1000 * n) ORDER BY n) FROM generate_series(1, 12) n), array_fill(0, ARRAY[12]), 'after a while each');
SELECT is(pg_temp.try('lan', 'a:1', 12001), 899, 'the wait grows to a quarter of an hour');
SELECT is(pg_temp.try('lan', 'a:1', 12899), 1, 'and no further');
SELECT is(pg_temp.told('login_slowed'), 1::bigint, 'still one event');
SELECT is(pg_temp.try('lan', 'a:1', 12000 + 86401), 0, 'a day later');
SELECT is((SELECT failures FROM login_attempt WHERE login_hash = sha256('lan') AND client = 'a:1'), 1, 'it is forgotten');
-- all strangers together
SELECT is((SELECT array_agg(DISTINCT pg_temp.try('huong', 'a:x' || n, 200000)) FROM generate_series(1, 49) n), ARRAY[0], '49 strangers');
SELECT is(pg_temp.told('login_locked'), 0::bigint, 'are no lock');
SELECT is(pg_temp.try('huong', 'a:x50', 200000), 0, 'the fiftieth');
SELECT is(pg_temp.told('login_locked'), 1::bigint, 'is');
SELECT is(pg_temp.try('huong', 'a:x51', 200001), 899, 'strangers wait');
SELECT is(pg_temp.try('huong', 'd:mine', 200001), 0, 'she does not, at her own PC');
SELECT is(pg_temp.try('lan', 'a:x51', 200001), 0, 'nor does anybody else');
-- an address
SELECT is((SELECT array_agg(DISTINCT pg_temp.try('nobody' || n, 'a:y', 300000)) FROM generate_series(1, 100) n), ARRAY[0], 'a hundred logins from an address');
SELECT is(pg_temp.try('other', 'a:y', 300059), 1, 'then it waits a minute');
SELECT is(pg_temp.try('other', 'a:y', 300060), 0, 'and goes on');
SELECT is(pg_temp.told('address_slowed'), 1::bigint, 'which is an event');
-- success
SELECT is((SELECT array_agg(pg_temp.try('lan', 'a:z', 400000)) FROM generate_series(1, 4)), ARRAY[0, 0, 0, 0], 'three failures and');
SELECT is(pg_temp.open('a:z', NULL, NULL, 't1', 400000), 'open', 'a success');
SELECT is((SELECT count(*) FROM login_attempt WHERE login_hash = sha256('lan') AND client = 'a:z'), 0::bigint, 'begin anew');
SELECT is((SELECT scrypt_n FROM login_begin(sha256('nobody'), 'a:n', false, false, '', pg_temp.at(400000))), NULL, 'an unknown login has no hash');
SELECT is((SELECT failures FROM login_attempt WHERE login_hash = sha256('nobody') AND client = 'a:n'), 1, 'and is counted all the same');
-- the second factor
SELECT ok(factor_begin(11, '\x00000001aa', pg_temp.at(0)), 'an authenticator is begun');
SELECT ok(NOT factor_confirm(11, '\x00000001bb', 100, ARRAY[sha256('r1'), sha256('r2')], sha256('lan'), 's:1', '', pg_temp.at(0)), 'confirmed with another secret it is not');
SELECT ok(factor_confirm(11, '\x00000001aa', 100, ARRAY[sha256('r1'), sha256('r2')], sha256('lan'), 's:1', '', pg_temp.at(0)), 'with its own it is');
SELECT ok(NOT factor_begin(11, '\x00000001aa', pg_temp.at(0)), 'a confirmed one is not replaced');
SELECT is(ARRAY[pg_temp.open('a:z', NULL, NULL, 't2', 400001), pg_temp.open('a:z', 100, NULL, 't3', 400001), pg_temp.open('a:z', 101, NULL, 't4', 400001),
                pg_temp.open('a:z', 101, NULL, 't5', 400001)], ARRAY['code', 'code', 'open', 'code'], 'no code, a step used, the next, the same again');
SELECT is(ARRAY[pg_temp.open('a:z', NULL, 'r1', 't6', 400001), pg_temp.open('a:z', NULL, 'r1', 't7', 400001), pg_temp.open('a:z', NULL, 'r9', 't8', 400001)],
          ARRAY['open', 'code', 'code'], 'a recovery code once');
-- sessions
SELECT is((SELECT ends_at FROM session_state WHERE id = 't4'), pg_temp.at(400001 + 7200), 'two hours without use');
SELECT lives_ok($$ SELECT role_policy_save('leader', true, 30, 1, 0, 12, 'QĐ 1', 'thử', '2026-06-01', pg_temp.at(400002), pg_temp.at(400002), '') $$, 'a stricter policy');
SELECT is((SELECT ends_at FROM session_state WHERE id = 't4'), pg_temp.at(400001 + 1800), 'holds at once, of two roles the strictest');
SELECT is((SELECT before || ' -> ' || after FROM reference_change WHERE kind = 'role_policy'),
          'second_factor=t idle_minutes=120 absolute_hours=12 token_days_max=90 -> second_factor=t idle_minutes=30 absolute_hours=1 token_days_max=0',
          'and is logged with what stood before');
-- what a login has to do first stands with its sessions, those made before and those made after
CREATE FUNCTION pg_temp.standing(p_officer bigint) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT must_change || ' ' || has_factor, ', ') FROM session WHERE officer_id = p_officer $$;
CREATE FUNCTION pg_temp.session(p_officer bigint, p_id text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO session (token_hash, officer_id, csrf, kind, created_at, last_used_at, expires_at, id, must_change)
    VALUES (sha256(p_id::bytea), p_officer, '', 'bearer', pg_temp.at(0), pg_temp.at(0), pg_temp.at(1), p_id, p_officer = 12) $$;
SELECT is(pg_temp.standing(11), 'false true', 'a second factor that was confirmed');
SELECT pg_temp.session(12, 'h1');
SELECT is(pg_temp.standing(12), 'false false', 'whoever makes a session does not say it');
UPDATE credential SET must_change = true WHERE officer_id = 12;
SELECT pg_temp.session(12, 'h2');
SELECT is(pg_temp.standing(12), 'true false', 'a password made by somebody else, also for whoever is in');
SELECT ok(factor_begin(12, '\x00000001cc', pg_temp.at(0)), 'an authenticator is begun');
SELECT is(pg_temp.standing(12), 'true false', 'an authenticator that was only begun is none');
UPDATE second_factor SET confirmed_at = pg_temp.at(1) WHERE officer_id = 12;
UPDATE credential SET must_change = false WHERE officer_id = 12;
SELECT is(pg_temp.standing(12), 'false true', 'confirmed, and a password of her own');
DELETE FROM second_factor WHERE officer_id = 12;
SELECT is(pg_temp.standing(12) || '; ' || pg_temp.standing(11), 'false false; false true', 'taken away, of nobody else');
-- a reset
SELECT throws_ok($$ SELECT login_reset_order(11, 11, sha256('c'), 'x', false, pg_temp.at(1), '', pg_temp.at(0)) $$, '23514', NULL, 'nobody resets the own login');
SELECT is((SELECT ARRAY[login_reset_order(11, 12, sha256('c1'), 'x', true, pg_temp.at(500100), '', pg_temp.at(500000)) IS NOT NULL,
                        (SELECT is_good FROM login_reset_find(sha256('lan'), sha256('recover lan'), 'a:r', sha256('c1'), '', pg_temp.at(500100)))]),
          ARRAY[true, false], 'a code is good until its end and not at it');
-- strangers do not fill the table
INSERT INTO login_attempt (login_hash, client, failures, last_at, next_at)
SELECT sha256(('s' || n)::bytea), 'a:s', 1, pg_temp.at(600000), pg_temp.at(600000) FROM generate_series(1, 101000) n;
SELECT is((SELECT array_agg(DISTINCT pg_temp.try('more' || n, 'd:' || n, 600001)) FROM generate_series(1, 256) n), ARRAY[0], 'many more');
SELECT cmp_ok((SELECT count(*) FROM login_attempt), '<=', 100512::bigint, 'the newest hundred thousand stay');
SELECT * FROM finish();
ROLLBACK;
