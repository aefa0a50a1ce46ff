-- objective_declare(...) -> id, version, job (sql/functions/objective_declare.sql)
SELECT id, version, job_id
  FROM objective_declare($1::text, $2::timestamptz, $3::timestamptz, $4::bigint[], $5::text[], $6::bigint[]::integer[], $7::bigint, $8::text,
                         $9::text, $10::date, $11::bigint, $12::timestamptz)
