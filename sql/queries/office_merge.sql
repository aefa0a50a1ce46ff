-- office_merge(from, to, effective_on, actor, source, reason, at, key) -> result, job, about (sql/functions/office_merge.sql)
SELECT result, job_id, about FROM office_merge($1::bigint[], $2::bigint[], $3::date, $4::bigint, $5::text, $6::text,
       $7::timestamptz, $8::text)
