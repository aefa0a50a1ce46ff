-- role_policy_save(role, needs, idle, absolute, token days, actor, source, reason, on, at, real_now, address) -> change
SELECT role_policy_save($1::text, $2::boolean, $3::integer, $4::integer, $5::integer, $6::bigint, $7::text, $8::text, $9::date,
                        $10::timestamptz, $11::timestamptz, $12::text)
