-- feed_trim(before): what every reader has passed long ago goes, a part each hour
SELECT feed_trim($1::timestamptz, 10000, 50000)
