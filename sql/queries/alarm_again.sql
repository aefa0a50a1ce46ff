-- alarm_again(dossiers) -> the same of these dossiers, wherever their alarms are now
SELECT d.id, d.next_alarm_at, d.code, EXISTS (SELECT FROM alarm_failure f WHERE f.dossier_id = d.id) AS has_failed
  FROM dossier d WHERE d.id = ANY ($1::bigint[]) ORDER BY d.id
