-- idempotency_find(key, real_now, token_hash) -> the first answer to a repeated request of whoever holds the session
-- quick
SELECT i.body_hash, i.dossier_id, i.seq, i.status, c.code, i.principal
  FROM idempotency_key i JOIN dossier_code c ON c.dossier_id = i.dossier_id
 WHERE i.principal = (SELECT s.officer_id FROM session s WHERE s.token_hash = $3::bytea)
   AND i.key = $1::text AND i.created_at > $2::timestamptz - interval '7 days'
