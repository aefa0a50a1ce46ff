-- audit_events(from, until, after dossier, after seq, limit) -> events recorded in that time, in order of dossier and seq:
-- how many, the last one's place, and of each its place and hash, 44 bytes, one after another. The day is found by time
-- first (MATERIALIZED), never by walking all dossiers.
WITH day AS MATERIALIZED (
    SELECT dossier_id, seq, hash FROM event WHERE recorded_at >= $1::timestamptz AND recorded_at < $2::timestamptz
), page AS (
    SELECT dossier_id, seq, hash FROM day WHERE (dossier_id, seq) > ($3::bigint, $4::integer)
     ORDER BY dossier_id, seq LIMIT $5::integer
)
SELECT count(*), max(dossier_id), (array_agg(seq ORDER BY dossier_id DESC, seq DESC))[1],
       string_agg(int8send(dossier_id) || int4send(seq) || hash, '' ORDER BY dossier_id, seq)
  FROM page
