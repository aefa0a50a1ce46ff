-- read_log_add(at, officers, persons, what, traces, dossiers, from, to, listed) -> how many rows were written
SELECT read_log_add($1::timestamptz[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
