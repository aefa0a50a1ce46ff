-- audit_root_add(day, until, record, hash, signature, key, at) -> the day, or nothing when it has a root already
INSERT INTO audit_root (day, until_at, record, hash, signature, key_id, made_at)
SELECT $1::date, $2::timestamptz, $3::text, $4::bytea, $5::bytea, $6::text, $7::timestamptz
 WHERE NOT EXISTS (SELECT FROM audit_root WHERE day >= $1::date)
ON CONFLICT (day) DO NOTHING RETURNING day
