-- demo_is_empty() -> has nothing been filed yet?
SELECT NOT EXISTS (SELECT FROM dossier)
