-- calendar_replace_rows(...) -> the change and the job that follows from it; 0 and 0 when somebody was faster
SELECT change_id, job_id
  FROM calendar_replace_rows($1::text, $2::bigint, $3::text, $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::text[], $11::text[], $12::date, $13::bigint, $14::text, $15::text, $16::text, $17::text, $18::timestamptz, $19::text)
