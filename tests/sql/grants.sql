-- Every table of the schema against tests/cases/database.case: what the application and a reader may do there, tried out as well,
-- every "no" included; then the functions. A table without a row in the case, or a row without a table, fails.
\ir setup.sql
\set lines `cat :'cases'/database.case`
BEGIN;
CREATE TEMP TABLE expected AS
    SELECT m[1] AS name, string_to_array(m[2], ',') AS app, string_to_array(m[3], ',') AS reader
      FROM regexp_split_to_table(:'lines', E'\n') AS line, regexp_split_to_array(line, '  +') AS m
     WHERE line !~ '^#' AND line <> '';
CREATE TEMP TABLE found AS
    SELECT c.relname::text AS name, c.oid AS id, c.relrowsecurity AS is_guarded FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
       AND c.relowner = 'motcua_owner'::regrole;
-- "select", or "select(a b)" where single columns are meant, and "rows" where policies choose among them.
CREATE FUNCTION pg_temp.held(p_role text, p_table oid, p_is_guarded boolean) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(word ORDER BY n), '{}') FROM (
        SELECT n, CASE WHEN has_table_privilege(p_role, p_table, verb) THEN lower(verb)
                       WHEN verb IN ('SELECT', 'INSERT', 'UPDATE') THEN
                           (SELECT lower(verb) || '(' || string_agg(attname, ' ' ORDER BY attname COLLATE "C") || ')' FROM pg_attribute
                             WHERE attrelid = p_table AND attnum > 0 AND NOT attisdropped AND has_column_privilege(p_role, p_table, attnum, verb)) END AS word
          FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) WITH ORDINALITY AS v (verb, n)
        UNION ALL SELECT 9, 'rows' WHERE p_is_guarded AND has_any_column_privilege(p_role, p_table, 'SELECT')
                                     AND EXISTS (SELECT FROM pg_policy WHERE polrelid = p_table AND polroles @> ARRAY[p_role::regrole::oid]
                                                    AND pg_get_expr(polqual, polrelid) <> 'true')) w
     WHERE word IS NOT NULL $$;
CREATE FUNCTION pg_temp.expected_of(p_role text, e expected) RETURNS text[] LANGUAGE sql AS $$
    SELECT CASE WHEN words = '{-}' THEN '{}' ELSE words END FROM (SELECT CASE p_role WHEN 'motcua_app' THEN e.app ELSE e.reader END AS words) w $$;
-- Tries a verb as a role and takes it back: yes, or no where the database refuses for want of a right.
CREATE FUNCTION pg_temp.tried(p_role text, p_statement text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        EXECUTE format('SET LOCAL ROLE %I', p_role);
        EXECUTE p_statement;
        RAISE EXCEPTION USING ERRCODE = 'UU000';
    EXCEPTION
        WHEN insufficient_privilege THEN RETURN false;
        WHEN OTHERS THEN RETURN true; -- it got past the rights; what stops it then is no matter of them
    END;
END $$;
CREATE FUNCTION pg_temp.statement(p_verb text, p_table text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE p_verb WHEN 'select' THEN format('SELECT * FROM %I', p_table)
                       WHEN 'insert' THEN format('INSERT INTO %I OVERRIDING SYSTEM VALUE SELECT * FROM %I', p_table, p_table)
                       WHEN 'update' THEN format('UPDATE %I SET (%s) = ROW(%s) WHERE false', p_table,
                           (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = p_table::regclass AND attnum > 0 AND NOT attisdropped AND attidentity <> 'a' AND attgenerated = ''),
                           (SELECT string_agg('NULL', ', ') FROM pg_attribute WHERE attrelid = p_table::regclass AND attnum > 0 AND NOT attisdropped AND attidentity <> 'a' AND attgenerated = ''))
                       WHEN 'delete' THEN format('DELETE FROM %I', p_table)
                       ELSE format('TRUNCATE %I CASCADE', p_table) END $$;

SELECT * FROM no_plan();
SELECT set_eq('SELECT name FROM found', 'SELECT name FROM expected', 'every table has its row in tests/cases/database.case, and every row its table');
SELECT is(pg_temp.held(role, f.id, f.is_guarded), pg_temp.expected_of(role, e), role || ' at ' || e.name)
  FROM expected e JOIN found f USING (name) CROSS JOIN unnest('{motcua_app,motcua_reader}'::text[]) AS role ORDER BY e.name, role;
-- A whole verb is done exactly where the case names it without columns.
SELECT is(pg_temp.tried(role, pg_temp.statement(verb, e.name)), verb = ANY (pg_temp.expected_of(role, e)), role || ' tries to ' || verb || ' at ' || e.name)
  FROM expected e JOIN pg_class c ON c.oid = e.name::regclass CROSS JOIN unnest('{motcua_app,motcua_reader}'::text[]) AS role
  CROSS JOIN unnest('{insert,update,delete,truncate}'::text[]) AS verb
 WHERE c.relkind IN ('r', 'p') AND NOT (verb = 'insert' AND NOT 'select' = ANY (pg_temp.expected_of(role, e))) ORDER BY e.name, role, verb;

-- ---- row-level security ----
SELECT is((SELECT array_agg(name ORDER BY name) FROM found WHERE is_guarded),
          (SELECT array_agg(name ORDER BY name) FROM expected WHERE 'rows' = ANY (reader)), 'guarded by rows is what the case says');
SELECT is((SELECT count(*) FROM found WHERE is_guarded AND NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = id AND polcmd = '*'
            AND polroles = ARRAY['motcua_app'::regrole::oid] AND pg_get_expr(polqual, polrelid) = 'true'
            AND pg_get_expr(polwithcheck, polrelid) = 'true')), 0::bigint, 'the application sees every row of each');
SELECT is((SELECT count(*) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'event'::regclass
            AND (NOT relrowsecurity OR has_any_column_privilege('motcua_reader', c.oid, 'SELECT') OR has_any_column_privilege('motcua_app', c.oid, 'SELECT'))),
          0::bigint, 'a partition by itself shows nothing');
SELECT event_partition_ensure(2199) IS NULL AS made \gset
SELECT is((SELECT relrowsecurity FROM pg_class WHERE relname = 'event_2199'), true, 'one that is made later too');
SELECT throws_ok($$ SET LOCAL ROLE motcua_app; DELETE FROM event_2199 $$, '42501', NULL, 'the application has no way into it');
RESET ROLE;
-- A statement of the application is planned as if there were no policies.
SET LOCAL ROLE motcua_app;
SET LOCAL plan_cache_mode = force_generic_plan;
CREATE FUNCTION pg_temp.plan_of(p_statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r record; v text := '';
BEGIN
    FOR r IN EXECUTE 'EXPLAIN (COSTS OFF, VERBOSE) ' || p_statement LOOP v := v || r."QUERY PLAN" || E'\n'; END LOOP;
    RETURN v;
END $$;
SELECT ok(pg_temp.plan_of('SELECT d.id FROM dossier d JOIN event e ON e.dossier_id = d.id WHERE d.holder_office_id = 1 AND d.ended_at IS NULL') NOT LIKE '%reader_%', 'no policy is asked when the application reads');
SELECT ok(pg_temp.plan_of('UPDATE dossier SET version = 2 WHERE id = 1') NOT LIKE '%reader_%', 'nor when it writes');
RESET ROLE;

-- ---- functions ----
SELECT is((SELECT coalesce(string_agg(p.proname, ' ' ORDER BY p.proname), '') FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proowner = 'motcua_owner'::regrole AND p.prosecdef AND p.proname NOT IN ('audit_close', 'event_partition_ensure', 'event_year_sum', 'job_trim', 'reader_offices', 'reader_sees_all', 'retention_delete')), '',
          'only these run as the owner');
SELECT is((SELECT coalesce(string_agg(p.proname, ' ' ORDER BY p.proname), '') FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proowner = 'motcua_owner'::regrole AND p.prosecdef AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=public, pg_temp']), '',
          'and each with a search path of its own');
SELECT is((SELECT coalesce(string_agg(p.proname, ' ' ORDER BY p.proname), '') FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proowner = 'motcua_owner'::regrole AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)), '',
          'nobody runs a function of ours because everybody may');
SELECT is((SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proowner = 'motcua_owner'::regrole AND has_function_privilege('motcua_reader', p.oid, 'EXECUTE')),
          'reader_offices reader_sees_all warning_at', 'a reader runs what its policies ask, and reads the warning');
SELECT is((SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND p.proowner = 'motcua_owner'::regrole AND NOT has_function_privilege('motcua_app', p.oid, 'EXECUTE') AND p.prorettype <> 'trigger'::regtype),
          'event_year_attach event_year_begin event_year_faults event_year_finish event_year_list event_year_obstacles event_year_order '
          'event_year_place event_year_proof event_year_undo event_year_view facts_fill facts_filled facts_stale reader_add reader_policies reader_remove',
          'the application makes no readers, no facts anew, and detaches no year');
SELECT * FROM finish();
ROLLBACK;
