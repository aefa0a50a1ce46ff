-- person_find(identity_index) -> the newest version of the person with this identity number
SELECT person_id, version, kind, name, identity, phone, address, email
  FROM person_version WHERE identity_index = $1::bytea ORDER BY person_id DESC, version DESC LIMIT 1
