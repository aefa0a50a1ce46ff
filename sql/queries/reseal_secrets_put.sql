-- reseal_secrets_put(officers, old keys, secrets in hex) -> how many took them; one that was begun anew meanwhile keeps its own
WITH done AS (
    UPDATE second_factor f SET secret = decode(n.secret, 'hex')
      FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS n (officer, key, secret)
     WHERE f.officer_id = n.officer AND f.key_id = n.key
    RETURNING 1
)
SELECT count(*) FROM done
