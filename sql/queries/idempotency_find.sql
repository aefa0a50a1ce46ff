-- idempotency_find(key, real_now) -> the first answers to a repeated request, by principal
SELECT i.body_hash, i.dossier_id, i.seq, i.status, c.code, i.principal
  FROM idempotency_key i JOIN dossier_code c ON c.dossier_id = i.dossier_id
 WHERE i.key = $1::text AND i.created_at > $2::timestamptz - interval '7 days'
