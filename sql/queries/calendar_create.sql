-- calendar_create(...) -> the change; 0 when somebody was faster
SELECT calendar_create($1::text, $2::text, $3::text, $4::text, $5::integer, $6::bigint, $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::date, $16::bigint, $17::text, $18::text, $19::text,
       $20::timestamptz)
