-- demo_report() -> part, key, how many: what the demonstration district consists of, as stored
SELECT 'state' AS part, state AS key, count(*) AS n FROM dossier GROUP BY state
UNION ALL
SELECT 'late', verdict, count(*) FROM dossier
 WHERE NOT is_mistake AND (judgement = 'late' OR (ended_at IS NULL AND warning = 'overdue')) GROUP BY verdict
UNION ALL
SELECT 'letter', state, count(*) FROM letter GROUP BY state
UNION ALL
SELECT 'timing', timing, count(*) FROM letter WHERE issued_at IS NOT NULL GROUP BY timing
ORDER BY part, n DESC, key
