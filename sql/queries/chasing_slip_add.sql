-- chasing_slip_add(...) -> id, whether it is new (sql/functions/chasing_slip_add.sql)
SELECT id, is_new
  FROM chasing_slip_add($1::bigint, $2::bigint, $3::date, $4::date, $5::timestamptz, $6::timestamptz, $7::integer, $8::integer, $9::date,
                        $10::integer, $11::text, $12::bigint, $13::text, $14::bigint, $15::timestamptz)
