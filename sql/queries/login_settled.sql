-- login_settled(login hash, client, wide, is_success, real_now): the attempt was none (functions/login_settled.sql)
SELECT login_settled($1::bytea, $2::text, $3::boolean, $3::boolean, $4::boolean, $5::timestamptz)
