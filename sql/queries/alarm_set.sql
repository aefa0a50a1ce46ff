-- alarm_set(dossiers, versions, alarms): looked at, nothing to write; NULL alarm: never
UPDATE dossier d SET next_alarm_at = u.at
  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) u (id, version, at)
 WHERE d.id = ANY ($1::bigint[]) AND d.id = u.id AND d.version = u.version
