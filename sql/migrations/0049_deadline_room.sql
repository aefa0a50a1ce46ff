-- Room on the page: a deadline that gets another officer is changed where it stands (apply_decisions), without its indexes.
ALTER TABLE dossier_deadline SET (fillfactor = 85);
