-- Lists walk the facts by dossier: those that stand are found in fact_one_live, these are the others. Retractions are rare, so writers
-- hardly ever touch it.
CREATE INDEX fact_retracted ON dossier_fact (dossier_id) WHERE known_to <> 'infinity';
