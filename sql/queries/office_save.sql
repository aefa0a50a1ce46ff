-- office_save(...) -> change, result, job (sql/functions/office_save.sql)
SELECT change, result, job_id FROM office_save($1::text, $2::boolean, $3::text, $4::text, $5::text, $6::text, $7::text, $8::boolean,
       $9::text, $10::text, $11::text, $12::text, $13::text, $14::text, $15::text, $16::date, $17::bigint, $18::text, $19::text,
       $20::timestamptz)
