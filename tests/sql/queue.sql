\ir setup.sql
BEGIN;
SELECT plan(10);
-- 6,000 dossiers of 40 offices, a third open; 60 officers, of whom a third left: the service, or the office whose dossiers they hold.
SET LOCAL session_replication_role = replica;
SELECT setseed(0.2209);
INSERT INTO officer (id, login, name, valid_to) SELECT n, 'o' || n, 'O' || n, CASE WHEN n % 9 = 0 THEN '2022-08-01'::date END FROM generate_series(1, 60) n;
INSERT INTO officer_role (officer_id, role, office_id, ended_on)
SELECT o, r, f, CASE WHEN (o + f) % 7 = 0 THEN '2022-08-01'::date END
  FROM generate_series(1, 60) o, generate_series(1, 40) f, (VALUES ('officer'), ('head')) r (r)
 WHERE (o + f) % 3 > 0 AND (r = 'officer' OR o % 5 = 0);
INSERT INTO dossier (id, version, chain, code, state, national_status, filed_office_id, supervising_office_id, competent_office_id, holder_office_id,
    holder_officer_id, pending_office_id, pending_officer_id, received_at, received_on, due_at, due_on, ended_at, ended_on, outcome, judgement, warning,
    is_mistake, last_at, last_recorded_at)
SELECT 20220000000000 + n, 1, sha256(n::text::bytea), 'Q-' || n, state, 4, filed, filed, holder, holder, CASE WHEN n % 5 > 0 THEN 1 + n * 7 % 60 END,
       CASE WHEN is_open AND n % 4 = 0 THEN next END, CASE WHEN is_open AND n % 8 = 0 THEN 1 + n * 11 % 60 END, at, at::date,
       CASE WHEN n % 31 > 0 THEN at + days END, CASE WHEN n % 31 > 0 THEN (at + days)::date END, CASE WHEN NOT is_open THEN at END,
       CASE WHEN NOT is_open THEN at::date END, 'none', 'none', 'fine', n % 97 = 0, at, at
  FROM (SELECT n, 1 + (random() * random() * 1e6)::integer % 40 AS filed, 1 + (random() * random() * 1e6)::integer % 40 AS holder,
               1 + (random() * 1e6)::integer % 40 AS next, (random() * 30)::integer * interval '1 day' AS days, random() < 0.35 AS is_open,
               (ARRAY['received', 'processing', 'done', 'returned'])[1 + (random() * 1e6)::integer % 4] AS state,
               '2022-08-01'::timestamptz + (random() * 50)::integer * interval '1 hour' AS at FROM generate_series(1, 6000) n OFFSET 0) x;
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE motcua_app;
SET LOCAL plan_cache_mode = force_generic_plan;

CREATE TEMPORARY TABLE place AS
SELECT row_number() OVER () AS k, o.offices, a.after, a.id, s.state, u.officer FROM
    (VALUES ('{2}'::bigint[]), ('{1,3,39,40}'), (ARRAY(SELECT generate_series(1, 40)::bigint)), (ARRAY(SELECT generate_series(1, 30)::bigint)), ('{99}'), ('{}')) o (offices),
    (VALUES ('-infinity'::timestamptz, 0::bigint), ('2022-08-09', 0), ('2022-08-21 03:00', 20220000003000), ('infinity', 20220000001000)) a (after, id),
    (VALUES (NULL), ('processing')) s (state), (VALUES (5::bigint), (10), (11), (18), (60)) u (officer);
CREATE FUNCTION pg_temp.sorted(p_ids bigint[]) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT d.id FROM dossier d WHERE d.id = ANY (p_ids) ORDER BY coalesce(d.due_at, 'infinity'), d.id LIMIT 20) $$;
CREATE FUNCTION pg_temp.after(d dossier, p place) RETURNS boolean LANGUAGE sql AS $$
    SELECT NOT d.is_mistake AND (p.state IS NULL OR d.state = p.state) AND (coalesce(d.due_at, 'infinity'), d.id) > (p.after, p.id) $$;

-- What is handed over, and what waits at a counter; also narrowed to an officer's.
CREATE FUNCTION pg_temp.pending(p place, p_officer bigint) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT pg_temp.sorted(ARRAY(SELECT queue_pending_page(p.offices, p_officer, p.state, NULL, NULL, NULL, NULL, NULL, p.after, p.id, 20, NULL, NULL, NULL, NULL, NULL, '2022-08-10'))) $$;
CREATE FUNCTION pg_temp.waiting(p place, p_officer bigint) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT pg_temp.sorted(ARRAY(SELECT queue_return_page(p.offices, p_officer, NULL, NULL, NULL, NULL, NULL, NULL, p.after, p.id, 20, NULL, NULL, NULL, NULL, NULL, '2022-08-10'))) $$;
CREATE FUNCTION pg_temp.plain_pending(p place, p_officer bigint) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT pg_temp.sorted(ARRAY(SELECT d.id FROM dossier d WHERE d.pending_office_id = ANY (p.offices) AND pg_temp.after(d, p)
                                   AND (p_officer IS NULL OR p_officer IN (d.holder_officer_id, d.pending_officer_id)))) $$;
CREATE FUNCTION pg_temp.plain_waiting(p place, p_officer bigint) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT pg_temp.sorted(ARRAY(SELECT d.id FROM dossier d WHERE d.state = 'done' AND d.supervising_office_id = ANY (p.offices) AND NOT d.is_mistake
                                   AND (coalesce(d.due_at, 'infinity'), d.id) > (p.after, p.id)
                                   AND (p_officer IS NULL OR p_officer IN (d.holder_officer_id, d.pending_officer_id)))) $$;
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.pending(p, NULL) <> pg_temp.plain_pending(p, NULL) $$, 'a page of what is handed over is that of a plain scan');
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.pending(p, officer) <> pg_temp.plain_pending(p, officer) $$, 'so is an officer''s');
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.waiting(p, NULL) <> pg_temp.plain_waiting(p, NULL) $$, 'a page of what waits at a counter is that of a plain scan');
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.waiting(p, officer) <> pg_temp.plain_waiting(p, officer) $$, 'so is an officer''s');

-- Mine: held, handed to me, of those in whose place I stand there, and as head what nobody holds who works there.
CREATE FUNCTION pg_temp.mine(p place, p_away bigint[], p_away_offices bigint[], p_heads bigint[]) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT pg_temp.sorted(ARRAY(SELECT queue_hand_page(p.offices, p.officer, p_away, p_away_offices, p_heads, p.state, NULL, NULL, NULL, NULL, NULL, p.after,
                                                       p.id, 20, NULL, NULL, NULL, NULL, NULL, '2022-08-10'))) $$;
CREATE FUNCTION pg_temp.plain_mine(p place, p_away bigint[], p_away_offices bigint[], p_heads bigint[]) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT pg_temp.sorted(ARRAY(
        SELECT d.id FROM dossier d
         WHERE d.ended_at IS NULL AND d.holder_office_id = ANY (p.offices) AND pg_temp.after(d, p)
           AND (p.officer IN (d.holder_officer_id, d.pending_officer_id)
                OR EXISTS (SELECT FROM unnest(p_away, p_away_offices) s (officer, office)
                            WHERE (s.officer = d.holder_officer_id AND s.office = d.holder_office_id)
                               OR (s.officer = d.pending_officer_id AND s.office = d.pending_office_id))
                OR (d.holder_office_id = ANY (p_heads) AND (d.holder_officer_id IS NULL OR d.holder_officer_id NOT IN (
                        SELECT x.officer_id FROM officer_role x JOIN officer o ON o.id = x.officer_id
                         WHERE x.office_id = d.holder_office_id AND x.ended_on IS NULL AND o.valid_to IS NULL)))))) $$;
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.mine(p, '{}', '{}', '{}') <> pg_temp.plain_mine(p, '{}', '{}', '{}') $$, 'what is mine is that of a plain scan');
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.mine(p, '{7,8,60,7}', '{1,2,39,3}', '{}') <> pg_temp.plain_mine(p, '{7,8,60,7}', '{1,2,39,3}', '{}') $$,
    'with that of those in whose place I stand');
SELECT is_empty($$ SELECT k FROM place p WHERE pg_temp.mine(p, '{7}', '{5}', '{1,2,3,17,99}') <> pg_temp.plain_mine(p, '{7}', '{5}', '{1,2,3,17,99}') $$,
    'and for a head what nobody holds who works there');
SELECT is_empty($$ SELECT id FROM place p, LATERAL queue_hand_page(p.offices, p.officer, '{7}', '{5}', '{1,2,3}', NULL, NULL, NULL, NULL, NULL, NULL, p.after,
                        p.id, 20, NULL, NULL, NULL, NULL, NULL, '2022-08-10') x (d) GROUP BY k, id, d HAVING count(*) > 1 $$, 'each once');
SELECT cmp_ok((SELECT count(*) FROM place p WHERE cardinality(pg_temp.plain_mine(p, '{7}', '{5}', '{1,2,3,17}')) = 20), '>', 30::bigint, 'and pages are full');
SELECT is((SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc WHERE proname ~ '^queue_.*page$|^dossier_find$' AND NOT 'max_parallel_workers_per_gather=0' = ANY (proconfig)), NULL,
    'no page waits for workers to start');
SELECT * FROM finish();
ROLLBACK;
