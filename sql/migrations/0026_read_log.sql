-- What was read: lists and registers name every dossier they showed.
ALTER TABLE read_log ADD COLUMN dossier_ids bigint[];
COMMENT ON COLUMN read_log.dossier_ids IS 'What a list, a register or an export showed; dossier_id where it was one alone.';
COMMENT ON TABLE read_log IS 'Everything read about a person, on the real clock: who (officer 0: the public, by code and secret), what (proto/tables/reads.def), which dossiers.';
CREATE INDEX read_log_dossiers ON read_log USING gin (dossier_ids) WHERE dossier_ids IS NOT NULL;
CREATE INDEX read_log_officer ON read_log (officer_id, at);
CREATE INDEX read_log_at ON read_log USING brin (at);

-- Daemons from before this read without leaving a row: they may not use this database any more.
UPDATE setting SET daemon_min = 26;
