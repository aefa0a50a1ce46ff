-- session_open(...) -> result, reset_by, reset_at (functions/session_open.sql)
SELECT result, reset_by, reset_at
  FROM session_open($1::bigint, $2::bytea, $3::text, $4::boolean, $5::bigint, $6::bytea, $7::bytea, $8::text, $9::text,
                    $10::timestamptz, $11::text, $12::text, $13::bytea, $14::bytea, $15::integer, $16::integer, $17::integer,
                    $18::timestamptz)
