-- credential_tried(officer, succeeded, real_now): counts failures; ten in a row lock for a minute
UPDATE credential SET failures = CASE WHEN $2::boolean THEN 0 ELSE failures + 1 END,
       locked_until = CASE WHEN NOT $2::boolean AND failures >= 9 THEN $3::timestamptz + interval '1 minute' END
 WHERE officer_id = $1::bigint
