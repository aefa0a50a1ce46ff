-- Facts of what is open are found by when their row stopped being the last word, in either time (fact_counts): a month is a stretch of
-- this index and of fact_ended, so that its figures do not read every open row there ever was. It takes the place of one by valid_to alone.
-- The planner learns from the statistics how many of all rows a stretch holds, which an index with a condition does not tell it.
DROP INDEX fact_open;
CREATE INDEX fact_open ON dossier_fact ((CASE WHEN ended_on IS NULL THEN greatest(valid_to, valid_to_known_at) END)) WHERE ended_on IS NULL;
CREATE STATISTICS fact_open_until ON (CASE WHEN ended_on IS NULL THEN greatest(valid_to, valid_to_known_at) END) FROM dossier_fact;
ANALYZE dossier_fact;

-- It tells more of each dossier: the lists of a figure read it, too.
DROP FUNCTION IF EXISTS dossier_facts(date, date, timestamptz, date, timestamptz, bigint[], bigint, bigint[], smallint, bigint, bigint);
