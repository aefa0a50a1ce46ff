-- factor_find(officer, login hash, client, address, real_now) -> wait_s, sealed secret, last step, is_confirmed; the attempt is counted
SELECT login_gate($2::bytea, $3::text, false, false, $1::bigint, $4::text, $5::timestamptz) AS wait_s, f.secret, f.last_step,
       f.confirmed_at IS NOT NULL AS is_confirmed
  FROM (SELECT) one LEFT JOIN second_factor f ON f.officer_id = $1::bigint
