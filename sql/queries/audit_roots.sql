-- audit_roots(after day, until day, limit) -> roots in order of days
SELECT day, until_at, record, hash, signature, key_id, made_at FROM audit_root
 WHERE ($1::date IS NULL OR day > $1::date) AND ($2::date IS NULL OR day <= $2::date) ORDER BY day LIMIT $3::integer
