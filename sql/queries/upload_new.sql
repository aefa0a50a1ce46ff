-- upload_new(dossier, officer, purpose, component, handling, name, size, place, now) -> id; what was begun two days ago and more is dropped
WITH old AS (DELETE FROM upload WHERE changed_at < $9::timestamptz - interval '2 days')
INSERT INTO upload (dossier_id, officer_id, purpose, component, handling, name, size, place, created_at, changed_at)
VALUES ($1::bigint, $2::bigint, $3::text, $4::integer, $5::text, $6::text, $7::bigint, $8::text, $9::timestamptz, $9::timestamptz)
RETURNING id
