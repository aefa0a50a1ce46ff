-- audit_all_security(after, limit) -> what happened to logins, as it is hashed
SELECT id, officer_id::text, kind, by_officer::text, address, detail, at
  FROM security_event WHERE id > $1::bigint ORDER BY id LIMIT $2::integer
