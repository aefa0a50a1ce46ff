-- officer_save(...) -> change, result (sql/functions/officer_save.sql)
SELECT change, result FROM officer_save($1::text, $2::boolean, $3::text, $4::text, $5::text[], $6::bigint[], $7::boolean, $8::date,
       $9::bigint, $10::text, $11::text, $12::timestamptz)
