-- Every kind of value, there and back: for tests of params and result.
SELECT $1::bigint, $2::integer, $3::boolean, $4::text, $5::bytea, $6::timestamptz, $7::timestamptz, $8::timestamptz,
       $9::date, $10::bigint[], $11::text[], $12::text,
       ($13::timestamptz[])[1], ($13::timestamptz[])[2], ($13::timestamptz[])[3]
