-- verify_count() -> how many dossiers there are
SELECT count(*) FROM dossier
