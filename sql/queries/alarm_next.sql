-- alarm_next() -> the earliest instant at which the engine must look at a dossier
SELECT min(next_alarm_at) FROM dossier WHERE next_alarm_at IS NOT NULL
