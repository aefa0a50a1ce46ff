-- sweep_open(office, night, as_of, started_at) -> the run, and whether it is new
WITH made AS (
    INSERT INTO sweep_run (office_id, night, as_of, started_at)
    VALUES ($1::bigint, $2::date, $3::timestamptz, $4::timestamptz)
    ON CONFLICT (office_id, night) DO NOTHING RETURNING id
)
SELECT id, true AS is_new, $3::timestamptz AS as_of, $4::timestamptz AS started_at, NULL::timestamptz AS ended_at,
       0 AS seen, 0 AS warned, 0 AS flagged, 0 AS letters, 0 AS lapsed FROM made
UNION ALL
SELECT id, false, as_of, started_at, ended_at, seen, warned, flagged, letters, lapsed FROM sweep_run
 WHERE office_id = $1::bigint AND night = $2::date AND NOT EXISTS (SELECT FROM made)
