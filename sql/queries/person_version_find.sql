-- person_version_find(person, version) -> one version of a person
SELECT kind, name, identity, phone, address, email FROM person_version WHERE person_id = $1::bigint AND version = $2::integer
