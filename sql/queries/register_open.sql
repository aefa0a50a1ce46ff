-- register_open(...): see the function
SELECT result, last FROM register_open($1::bigint, $2::integer, $3::text, $4::bigint, $5::boolean, $6::bigint, $7::date, $8::text,
                                       $9::text, $10::text, $11::timestamptz)
