-- job_figures() -> jobs by kind and state
SELECT kind, state, count(*) FROM job GROUP BY kind, state ORDER BY kind, state
