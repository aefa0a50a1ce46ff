-- person_find(identity indexes) -> the newest version of the person with this identity number
SELECT person_id, version, kind, name, identity, phone, address, email
  FROM person_version WHERE identity_index = ANY ($1::bytea[]) ORDER BY person_id DESC, version DESC LIMIT 1
