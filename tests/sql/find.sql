\ir setup.sql
BEGIN;
SELECT plan(6);
-- 15,000 dossiers of 40 offices, more than the newest that dossier_find() looks through: by names of three words, a word of which has
-- each share from half to nothing, so that every way of finding is gone. A tenth is open.
SET LOCAL session_replication_role = replica;
SELECT setseed(0.4711);
CREATE TEMPORARY TABLE life AS
SELECT 20220000000000 + n AS id, 'F-' || lpad(n::text, 7, '0') AS code, 1 + (random() * 1e6)::integer % 40 AS filed,
       1 + (random() * random() * 1e6)::integer % 40 AS competent, 1 + (random() * 1e6)::integer % 3 AS supervising,
       1 + (random() * 1e6)::integer % 40 AS holder, random() < 0.1 AS is_open, '2022-08-01'::timestamptz + n * interval '7 minutes' AS at,
       (ARRAY['nguyen', 'tran', 'le', 'vi'])[1 + (random() * random() * random() * 4)::integer % 4] || ' ' || (ARRAY['van', 'thi'])[1 + n % 2] || ' '
       || (ARRAY['an', 'binh', 'chi', 'dung', 'giang', 'hoa', 'khanh', 'lan'])[1 + (random() * random() * random() * 8)::integer % 8]
       || CASE WHEN n % 977 = 0 THEN ' uyen' ELSE '' END AS name
  FROM generate_series(1, 15000) n;
INSERT INTO dossier (id, version, chain, code, state, national_status, filed_office_id, supervising_office_id, competent_office_id,
    holder_office_id, received_at, received_on, due_at, due_on, ended_at, ended_on, outcome, judgement, warning, late_at, next_alarm_at,
    last_at, last_recorded_at)
SELECT id, 1, sha256(id::text::bytea), code, 'processing', 4, filed, supervising, competent, holder, at, at::date, at + days, (at + days)::date,
       CASE WHEN NOT is_open THEN at + days END, CASE WHEN NOT is_open THEN (at + days)::date END, 'none', 'none',
       CASE WHEN is_open AND id % 3 = 0 THEN 'overdue' ELSE 'fine' END, at + days, CASE WHEN is_open AND id % 5 > 0 THEN at + days END, at, at
  FROM life, LATERAL (SELECT (id % 20) * interval '1 day' AS days) x;
INSERT INTO dossier_code (code, dossier_id) SELECT code, id FROM life;
INSERT INTO dossier_search (dossier_id, search) SELECT id, name FROM life;
INSERT INTO alarm_failure (dossier_id, version, first_at, retry_at, tries, error) SELECT id, 1, at, '2023-01-01', 1, 'x' FROM life WHERE is_open AND id % 7 = 0;
UPDATE dossier SET next_alarm_at = '2023-01-01' WHERE ended_at IS NULL AND id % 7 = 0;
SET LOCAL session_replication_role = origin;
SET LOCAL ROLE motcua_app;
SET LOCAL plan_cache_mode = force_generic_plan;

CREATE TEMPORARY TABLE question AS
SELECT t.text, o.offices, l.n FROM
    (VALUES ('nguyen'), ('tran thi'), ('van an'), ('le thi khanh'), ('vi van lan'), ('uyen'), ('nguyen thi chi uyen'), ('khong ai'), ('an'), ('0777'), ('F-0012345')) t (text),
    (VALUES (NULL::bigint[]), ('{2}'), ('{17}'), ('{39,40}'), ('{5,6,7,8,9,10,11,12,13,14}'), ('{99}')) o (offices), (VALUES (5), (50), (200)) l (n);
CREATE FUNCTION pg_temp.plain(p_text text, p_offices bigint[], p_n integer) RETURNS bigint[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT d.id FROM dossier d JOIN dossier_search s ON s.dossier_id = d.id
                  WHERE (strpos(s.search, p_text) > 0 OR d.code = p_text OR (length(p_text) >= 4 AND right(d.code, length(p_text)) = p_text))
                    AND (p_offices IS NULL OR d.filed_office_id = ANY (p_offices) OR d.supervising_office_id = ANY (p_offices)
                         OR d.competent_office_id = ANY (p_offices) OR d.holder_office_id = ANY (p_offices))
                  ORDER BY d.id DESC LIMIT p_n) $$;
SELECT is_empty($$ SELECT q.* FROM question q WHERE pg_temp.plain(text, offices, n) IS DISTINCT FROM
        ARRAY(SELECT dossier_find(offices, text, text, '{}', n, text)) $$, 'a search finds the newest of all that a plain scan finds');
SELECT cmp_ok((SELECT count(*) FROM question WHERE cardinality(pg_temp.plain(text, offices, n)) = n), '>', 40::bigint, 'most questions have enough answers');
SELECT is_empty($$ SELECT dossier_find(NULL, NULL, 'F-_0123_', '{}', 50, '') $$, 'what LIKE would read as a pattern is none');

CREATE FUNCTION pg_temp.page(p_is_late boolean, p_offices bigint[], p_state text, p_after timestamptz, p_after_id bigint, p_now timestamptz)
RETURNS bigint[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT d.id FROM queue_page(p_is_late, p_offices, NULL, p_state, NULL, NULL, NULL, NULL, NULL, p_after, p_after_id, 20, NULL, NULL, NULL,
                                             NULL, NULL, p_now) x (id) JOIN dossier d ON d.id = x.id ORDER BY d.due_at, d.id LIMIT 20) $$;
CREATE FUNCTION pg_temp.plain_page(p_is_late boolean, p_offices bigint[], p_state text, p_after timestamptz, p_after_id bigint, p_now timestamptz)
RETURNS bigint[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT d.id FROM dossier d
                  WHERE d.ended_at IS NULL AND (p_state IS NULL OR d.state = p_state) AND (d.due_at, d.id) > (p_after, p_after_id)
                    AND CASE WHEN p_is_late THEN (d.warning <> 'fine' OR d.late_at <= p_now) AND (p_offices IS NULL OR d.filed_office_id = ANY (p_offices)
                                  OR d.supervising_office_id = ANY (p_offices) OR d.competent_office_id = ANY (p_offices) OR d.holder_office_id = ANY (p_offices))
                             ELSE d.holder_office_id = ANY (p_offices) END
                  ORDER BY d.due_at, d.id LIMIT 20) $$;
CREATE TEMPORARY TABLE place AS
SELECT o.offices, a.after, a.id, s.state, t.now FROM
    (VALUES ('{2}'::bigint[]), ('{39,40}'), (ARRAY(SELECT generate_series(1, 40)::bigint)), ('{99}')) o (offices),
    (VALUES ('-infinity'::timestamptz, 0::bigint), ('2022-08-20', 0), ('2022-09-25', 20220000009000)) a (after, id),
    (VALUES (NULL), ('processing'), ('received')) s (state), (VALUES ('2022-08-10'::timestamptz), ('2022-09-10')) t (now);
SELECT is_empty($$ SELECT * FROM place WHERE pg_temp.page(false, offices, state, after, id, now) IS DISTINCT FROM
        pg_temp.plain_page(false, offices, state, after, id, now) $$, 'a page of what lies with offices is that of a plain scan');
SELECT is_empty($$ SELECT * FROM (SELECT * FROM place UNION ALL SELECT NULL, after, id, state, now FROM place) p
        WHERE pg_temp.page(true, offices, state, after, id, now) IS DISTINCT FROM pg_temp.plain_page(true, offices, state, after, id, now) $$,
    'so is one of what is late or will be, marked, watched or not');
SELECT cmp_ok((SELECT count(*) FROM place WHERE cardinality(pg_temp.plain_page(true, offices, state, after, id, now)) = 20), '>', 10::bigint, 'and pages are full');
SELECT * FROM finish();
ROLLBACK;
