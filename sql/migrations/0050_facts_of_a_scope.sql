-- It tells more of each dossier: what lateness is judged by.
DROP FUNCTION IF EXISTS dossier_facts(date, date, timestamptz, date, timestamptz, bigint[], bigint, bigint[], smallint, bigint, bigint);
