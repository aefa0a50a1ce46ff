-- reseal_secrets(key that seals now, after officer, limit) -> secrets of second factors that another key seals
SELECT officer_id, key_id, secret FROM second_factor
 WHERE key_id <> $1::integer AND officer_id > $2::bigint ORDER BY officer_id LIMIT $3::integer
