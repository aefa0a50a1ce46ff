-- seal_key_list() -> every key, and how much it seals
SELECT k.id, k.added_at, NULL::timestamptz AS retired_at,
       (SELECT count(*) FROM person_version v WHERE v.key_id = k.id) AS persons, (SELECT count(*) FROM paper p WHERE p.key_id = k.id) AS papers,
       (SELECT count(*) FROM second_factor f WHERE f.key_id = k.id) AS secrets
  FROM seal_key k
UNION ALL
SELECT r.id, NULL, r.retired_at, 0, 0, 0 FROM seal_key_retired r
 ORDER BY 2 NULLS FIRST, 1
