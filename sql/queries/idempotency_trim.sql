-- idempotency_trim(before, limit) -> how many keys past their days went: at most so many at a time
SELECT idempotency_trim($1::timestamptz, $2::integer)
