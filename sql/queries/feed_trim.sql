-- feed_trim(before, limit) -> how many rows went of what every reader has passed long ago: at most so many at a time
SELECT feed_trim($1::timestamptz, 10000, $2::integer)
