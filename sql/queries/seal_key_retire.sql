-- seal_key_retire(id, now) -> what it still seals: persons, papers, secrets of second factors; nothing: it is retired
SELECT persons, papers, secrets FROM seal_key_retire($1::integer, $2::timestamptz)
