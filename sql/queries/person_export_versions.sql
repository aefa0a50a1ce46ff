-- person_export_versions(persons) -> every version of their values, sealed as they are
SELECT person_id, version, kind, name, identity, phone, address, email, recorded_at, forgotten_at
  FROM person_version WHERE person_id = ANY ($1::bigint[]) ORDER BY person_id, version LIMIT 1000
