-- delegation_add(from, to, role, office, kind, from_on, to_on, actor, source, reason, at) -> id, result
SELECT id, result FROM delegation_add($1::bigint, $2::bigint, $3::text, $4::bigint, $5::text, $6::date, $7::date, $8::bigint, $9::text, $10::text,
                                      $11::timestamptz)
