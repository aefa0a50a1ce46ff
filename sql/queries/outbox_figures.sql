-- outbox_figures() -> what is not done, by kind, state and way, and since when the oldest waits
SELECT kind, state, coalesce(channel, 'none') AS channel, count(*) AS n, min(recorded_at) AS oldest
  FROM outbox WHERE state = 'waiting' GROUP BY 1, 2, 3
 UNION ALL
SELECT kind, state, coalesce(channel, 'none'), count(*), min(recorded_at)
  FROM outbox WHERE state IN ('sending', 'failed', 'unknown') GROUP BY 1, 2, 3
