-- reseal_persons(key that seals now, after person, after version, limit) -> versions that another key seals, in their order
SELECT v.person_id, v.version, v.key_id, v.identity, v.phone, v.address, v.email
  FROM seal_key k
 CROSS JOIN LATERAL (SELECT * FROM person_version x
                      WHERE x.key_id = k.id AND (x.person_id, x.version) > ($2::bigint, $3::integer)
                      ORDER BY x.person_id, x.version LIMIT $4::integer) v
 WHERE k.id <> $1::integer
 ORDER BY v.person_id, v.version LIMIT $4::integer
