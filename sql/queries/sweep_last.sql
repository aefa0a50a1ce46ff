-- sweep_last() -> the newest night swept for all offices
SELECT max(as_of) FROM sweep_run WHERE office_id = 0 AND ended_at IS NOT NULL
