-- Vacuum comes while an edit of the rules is still computed again, not after it. Such an edit rewrites the row of every open dossier, its
-- deadlines and the fact that ends, and leaves an entry in each index of theirs that pages of what is late or due walk over one by one:
-- 132,000 on one page, of 450,000. By PostgreSQL's own measure, a fifth of the table, five million dossiers were not vacuumed before 10^6
-- rows had died, so after most edits never. Now a hundredth is enough, and 10,000 rows at least: 60,000 of five million.
--   vacuum_index_cleanup  on: by itself vacuum leaves the indexes alone while dead rows lie on less than a fiftieth of the pages, and those
--                         of one edit or one office may lie close together
--   cost_limit            five times PostgreSQL's: a vacuum that the edit outruns is of no use
--   analyze               the share of what is late is another one after an edit, and the planner goes by it
ALTER TABLE dossier SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);
ALTER TABLE dossier_deadline SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);
ALTER TABLE dossier_fact SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 10000, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_cost_limit = 1000, vacuum_index_cleanup = on);
