-- reseal_count(key that seals now) -> how much another key seals
SELECT (SELECT count(*) FROM person_version v JOIN seal_key k ON k.id = v.key_id WHERE k.id <> $1::integer)
     + (SELECT count(*) FROM paper p JOIN seal_key k ON k.id = p.key_id WHERE k.id <> $1::integer)
     + (SELECT count(*) FROM second_factor f JOIN seal_key k ON k.id = f.key_id WHERE k.id <> $1::integer)
