-- Is anybody there? For readiness.
SELECT 1
