-- portal_file_add(kind, office, from, to, name, sha256, actor, at, lines, keys, times, numbers) -> id
SELECT portal_file_add($1::text, $2::bigint, $3::date, $4::date, $5::text, $6::bytea, $7::bigint, $8::timestamptz, $9::bigint[], $10::text[],
                       $11::timestamptz[], $12::bigint[])
