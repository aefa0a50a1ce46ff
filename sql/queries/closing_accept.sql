-- closing_accept(id, kind, key, reason, actor, today, at, state_at, known_at, offices, unreported) -> how many; -1: the version stands
SELECT closing_accept($1::bigint, $2::text, $3::text, $4::text, $5::bigint, $6::date, $7::timestamptz, $8::timestamptz, $9::timestamptz,
                      $10::bigint[], $11::bigint[])
