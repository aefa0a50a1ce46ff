-- audit_security(after id, last id, limit) -> what happened to logins in order: how many, the last id, 0, and of each its id, four
-- zero bytes and its hash, 44 bytes, one after another
SELECT count(*), max(id), 0, string_agg(int8send(id) || int4send(0) || hash, '' ORDER BY id)
  FROM (SELECT e.id, security_event_hash(e) AS hash FROM security_event e WHERE e.id > $1::bigint AND e.id <= $2::bigint
         ORDER BY e.id LIMIT $3::integer) page
