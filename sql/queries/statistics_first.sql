-- statistics_first() -> the first day that any figure speaks of, NULL while nothing was counted; whether every dossier has its stays
SELECT least((SELECT min(day) FROM counter_day), (SELECT min(day) FROM counter_tail)) AS first_on,
       (SELECT has_stays FROM setting) AS has_stays
