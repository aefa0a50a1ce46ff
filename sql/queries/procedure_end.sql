-- procedure_end(...) -> result, change: see sql/functions/procedure_end.sql
SELECT result, change FROM procedure_end($1::bigint, $2::text, $3::date, $4::text, $5::bigint, $6::text, $7::text, $8::timestamptz)
