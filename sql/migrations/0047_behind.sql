-- The dossiers behind a figure of steps are found a stretch of ids at a time: in stays too that are known no longer.
CREATE INDEX stay_retracted ON stay (dossier_id) WHERE known_to <> 'infinity';
