-- procedure_save(...) -> result, change: see sql/functions/procedure_save.sql
SELECT result, change FROM procedure_save($1::bigint, $2::text, $3::date, $4::text, $5::text, $6::bigint, $7::text, $8::text, $9::timestamptz)
