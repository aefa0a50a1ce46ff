-- closing_close(id, version, words, known_at, as_of, content, previous, document, signed_by, signed_serial, signed_at, actor, today, at, offices,
-- unreported) -> result, n
SELECT result, n FROM closing_close($1::bigint, $2::integer, $3::integer, $4::timestamptz, $5::timestamptz, $6::text, $7::bytea, $8::bytea,
                                    $9::text, $10::text, $11::timestamptz, $12::bigint, $13::date, $14::timestamptz, $15::bigint[], $16::bigint[])
