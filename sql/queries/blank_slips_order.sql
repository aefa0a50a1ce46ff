-- blank_slips_order(office, identifier, day, year, n, officer, at, key) -> id of the batch, is_new; no row when the serials are used up
SELECT id, is_new FROM blank_slips_order($1::bigint, $2::text, $3::text, $4::integer, $5::integer, $6::bigint, $7::timestamptz, $8::text)
