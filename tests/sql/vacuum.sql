\ir setup.sql
BEGIN;
SELECT plan(5);
-- What an edit of the calendar or of a ruleset rewrites row by row (0057): how many dead rows of five million bring vacuum, or the analysis, along.
CREATE TEMP VIEW measure AS
SELECT c.relname::text COLLATE "default" AS name, coalesce(o.threshold, 50) + coalesce(o.scale, 0.2) * 5e6 AS n_vacuum, 50 + coalesce(o.analyze, 0.1) * 5e6 AS n_analyze, o.cleans
  FROM pg_class c CROSS JOIN LATERAL (
       SELECT max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_threshold')::numeric AS threshold,
              max(option_value) FILTER (WHERE option_name = 'autovacuum_vacuum_scale_factor')::numeric AS scale,
              max(option_value) FILTER (WHERE option_name = 'autovacuum_analyze_scale_factor')::numeric AS analyze,
              max(option_value) FILTER (WHERE option_name = 'vacuum_index_cleanup') AS cleans
         FROM pg_options_to_table(c.reloptions)) o
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r';
SELECT is((SELECT n_vacuum FROM measure WHERE name = 'person_version'), 1000050::numeric, 'by itself PostgreSQL waits for a fifth');
SELECT results_eq($$ SELECT name FROM measure WHERE n_vacuum <= 60000 AND n_analyze <= 100050 AND cleans = 'on' ORDER BY 1 $$,
    ARRAY['dossier', 'dossier_deadline', 'dossier_fact'], 'what an edit rewrites is vacuumed after a seventh of one of 450,000, with its indexes');
SELECT ok((SELECT bool_and(c.reloptions @> '{autovacuum_vacuum_cost_limit=1000}') FROM pg_class c WHERE c.oid IN ('dossier'::regclass, 'dossier_deadline'::regclass, 'dossier_fact'::regclass)),
    'and is not outrun');
SELECT ok((SELECT reloptions @> '{fillfactor=80}' FROM pg_class WHERE oid = 'dossier'::regclass), 'the room on a page of dossiers stays');
SELECT ok((SELECT reloptions @> '{fillfactor=85}' FROM pg_class WHERE oid = 'dossier_deadline'::regclass), 'and on one of deadlines');
SELECT * FROM finish();
ROLLBACK;
