-- sweep_close(id, ended_at, seen, warned, flagged, letters, lapsed, failures)
UPDATE sweep_run SET ended_at = $2::timestamptz, seen = $3::integer, warned = $4::integer, flagged = $5::integer,
       letters = $6::integer, lapsed = $7::integer, failures = $8::text::jsonb
 WHERE id = $1::bigint
