-- sweep_state(now, night, closing) -> the newest night ordered, the newest ended, the earliest alarm, the run of that night
-- and whether it has ended, and whether a dossier was received by its closing
-- A demonstration whose clock was set back while it was empty may know nights that are still to come.
SELECT (SELECT max(as_of) FROM sweep_run WHERE office_id = 0 AND as_of <= $1::timestamptz) AS ordered_at,
       (SELECT max(as_of) FROM sweep_run WHERE office_id = 0 AND as_of <= $1::timestamptz AND ended_at IS NOT NULL) AS ended_at,
       (SELECT min(next_alarm_at) FROM dossier WHERE next_alarm_at IS NOT NULL) AS first_alarm_at,
       (SELECT id FROM sweep_run WHERE office_id = 0 AND night = $2::date) AS run_id,
       EXISTS (SELECT FROM sweep_run WHERE office_id = 0 AND night = $2::date AND ended_at IS NOT NULL) AS is_ended,
       EXISTS (SELECT FROM dossier WHERE received_at <= $3::timestamptz) AS is_begun
