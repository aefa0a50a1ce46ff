-- sweep_list(limit) -> runs, the latest first
SELECT id, as_of, started_at, ended_at, seen, warned, flagged, letters, lapsed FROM sweep_run ORDER BY as_of DESC, id DESC LIMIT $1::integer
