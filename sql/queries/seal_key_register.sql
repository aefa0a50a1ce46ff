-- seal_key_register(ids of a ring, now) -> those of them that were retired; the others are known from now on
WITH gone AS (SELECT id FROM seal_key_retired WHERE id = ANY ($1::bigint[])),
     added AS (INSERT INTO seal_key (id, added_at) SELECT k.id::integer, $2::timestamptz FROM unnest($1::bigint[]) AS k (id)
                WHERE k.id NOT IN (SELECT id FROM gone) ON CONFLICT DO NOTHING)
SELECT id FROM gone
