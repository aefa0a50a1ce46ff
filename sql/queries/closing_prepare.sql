-- closing_prepare(office, from, to, actor, at) -> id, result, other_from, other_to
SELECT id, result, other_from, other_to FROM closing_prepare($1::bigint, $2::date, $3::date, $4::bigint, $5::timestamptz)
