-- alarm_cleared(dossiers): judged again, without a failure
DELETE FROM alarm_failure WHERE dossier_id = ANY ($1::bigint[])
