-- counter_fold(today, most)
SELECT counter_fold($1::date, $2::integer)
