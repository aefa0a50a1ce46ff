-- reseal_persons_put(persons, versions, old keys, new key, and of each in hex or NULL: identity, its index, phone, its index, address,
-- e-mail, its index) -> how many took them; one forgotten or sealed anew meanwhile keeps what it has
WITH new AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
        AS u (person, version, key, identity, identity_index, phone, phone_index, address, email, email_index)
), mine AS (
    SELECT v.person_id, v.version FROM person_version v JOIN new n ON n.person = v.person_id AND n.version = v.version AND n.key = v.key_id
     ORDER BY v.person_id, v.version FOR UPDATE OF v
), done AS (
    UPDATE person_version v
       SET key_id = $4::integer, identity = decode(n.identity, 'hex'), identity_index = decode(n.identity_index, 'hex'),
           phone = decode(n.phone, 'hex'), phone_index = decode(n.phone_index, 'hex'), address = decode(n.address, 'hex'),
           email = decode(n.email, 'hex'), email_index = decode(n.email_index, 'hex')
      FROM new n JOIN mine m ON m.person_id = n.person AND m.version = n.version
     WHERE v.person_id = n.person AND v.version = n.version AND v.key_id = n.key
    RETURNING 1
)
SELECT count(*) FROM done
