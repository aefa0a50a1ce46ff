-- sweep_last(now) -> the newest night swept for all offices. A demonstration whose clock was set back while it was empty
-- may have swept nights, of nothing, that are still to come.
SELECT max(as_of) FROM sweep_run WHERE office_id = 0 AND ended_at IS NOT NULL AND as_of <= $1::timestamptz
