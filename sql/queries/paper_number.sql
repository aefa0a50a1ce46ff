-- paper_number(dossier, kind, ordinal, office, year, symbol, at) -> its number; NULL where numbers are given outside
SELECT paper_number($1::bigint, $2::text, $3::integer, $4::bigint, $5::integer, $6::text, $7::timestamptz)
