-- read_log_add(at, officers, persons, counts, what, traces, dossiers) -> how many rows were written
SELECT read_log_add($1::timestamptz[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[])
