-- blank_slips_void(codes, reason, officer, at) -> void | unknown | used, the code that stands in the way
SELECT result, code FROM blank_slips_void($1::text[], $2::text, $3::bigint, $4::timestamptz)
