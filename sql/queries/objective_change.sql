-- objective_change(...) -> result, version, job (sql/functions/objective_change.sql)
SELECT result, version, job_id
  FROM objective_change($1::bigint, $2::bigint, $3::text, $4::timestamptz, $5::bigint[], $6::text[], $7::bigint[]::integer[], $8::text,
                        $9::text, $10::date, $11::bigint, $12::timestamptz)
