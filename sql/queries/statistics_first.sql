-- statistics_first() -> the first day that any figure speaks of; NULL while nothing was counted
SELECT least((SELECT min(day) FROM counter_day), (SELECT min(day) FROM counter_tail))
