-- office_end(key, last_on, actor, source, reason, at) -> change, result, n (sql/functions/office_end.sql)
SELECT change, result, n FROM office_end($1::text, $2::date, $3::bigint, $4::text, $5::text, $6::timestamptz)
