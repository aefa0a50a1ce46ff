-- alarm_next() -> the earliest instant at which the engine must look at a dossier, and whether an edit of the rules is
-- still to be followed by what is cached of open dossiers
SELECT (SELECT min(next_alarm_at) FROM dossier WHERE next_alarm_at IS NOT NULL) AS next_at,
       (SELECT epoch <> deadlines_epoch FROM setting) AS is_to_follow
