-- factor_begin(officer, sealed secret, real_now) -> false: there is one already
SELECT factor_begin($1::bigint, $2::bytea, $3::timestamptz)
