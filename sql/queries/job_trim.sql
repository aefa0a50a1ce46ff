-- job_trim(before, limit) -> how many rows of old previews went: at most so many at a time
SELECT job_trim($1::timestamptz, $2::integer)
