-- declaration_add(office, from_on, to_on, source, sha256, dossiers, remark, actor, at) -> id
SELECT declaration_add($1::bigint, $2::date, $3::date, $4::text, $5::bytea, $6::bigint, $7::text, $8::bigint, $9::timestamptz)
