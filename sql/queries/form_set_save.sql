-- form_set_save(...) -> result, change: see sql/functions/form_set_save.sql
SELECT result, change FROM form_set_save($1::bigint, $2::text, $3::text, $4::date, $5::bigint, $6::text, $7::text, $8::text, $9::timestamptz)
