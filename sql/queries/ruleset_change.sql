-- ruleset_change(...) -> result, change: see sql/functions/ruleset_change.sql
SELECT result, change
  FROM ruleset_change($1::bigint, $2::text, $3::date, $4::text, $5::text, $6::text, $7::text[], $8::text[], $9::bigint, $10::text,
                      $11::text, $12::text, $13::text, $14::timestamptz)
