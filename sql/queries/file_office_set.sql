-- file_office_set(office, system, from_on, to_on, actor, source, reason, at) -> result
SELECT file_office_set($1::bigint, $2::text, $3::date, $4::date, $5::bigint, $6::text, $7::text, $8::timestamptz)
