-- reseal_papers_put(dossiers, kinds, numbers, versions, old keys, data in hex) -> how many took them
WITH new AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[]) AS u (dossier, kind, number, version, key, data)
), done AS (
    UPDATE paper p SET data = decode(n.data, 'hex') FROM new n
     WHERE p.dossier_id = n.dossier AND p.kind = n.kind AND p.number = n.number AND p.version = n.version AND p.key_id = n.key
    RETURNING 1
)
SELECT count(*) FROM done
