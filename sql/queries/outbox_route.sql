-- outbox_route(now, mail is set up, a hook is, stale before, look again at, n) -> how many got a way, and whether something waits
-- on each: for mail, for the hook, for the counter's list to be looked through, for a letter's event to be written
-- The newest version of a person says how that one is reached. What lay too long is no news: the counter tells it.
WITH next AS (
    SELECT id, kind, payload::jsonb AS p, recorded_at FROM outbox
     WHERE state = 'waiting' AND channel IS NULL
     ORDER BY (kind <> 'letter'), not_before, id LIMIT $6::integer FOR UPDATE SKIP LOCKED
), way AS (
    SELECT n.id, CASE WHEN n.p ->> 'delivery' IS NOT NULL THEN n.p ->> 'delivery'
                      WHEN n.kind <> 'letter' AND n.recorded_at < $4::timestamptz THEN 'counter'
                      WHEN $2::boolean AND v.email IS NOT NULL THEN 'email'
                      WHEN $3::boolean AND v.phone IS NOT NULL THEN 'hook'
                      ELSE 'counter' END AS channel
      FROM next n LEFT JOIN LATERAL (SELECT email, phone FROM person_version
                                      WHERE person_id = (n.p ->> 'person')::bigint ORDER BY version DESC LIMIT 1) v ON true
), routed AS (
    UPDATE outbox o SET channel = w.channel,
           not_before = CASE WHEN w.channel = 'counter' THEN $5::timestamptz ELSE o.not_before END
      FROM way w WHERE o.id = w.id RETURNING o.id
)
SELECT (SELECT count(*) FROM routed)::integer AS routed,
       EXISTS (SELECT FROM outbox WHERE state = 'waiting' AND channel = 'email' AND not_before <= $1::timestamptz
                AND coalesce(lease_until, '-infinity') < $1::timestamptz) AS mail,
       EXISTS (SELECT FROM outbox WHERE state = 'waiting' AND channel = 'hook' AND not_before <= $1::timestamptz
                AND coalesce(lease_until, '-infinity') < $1::timestamptz) AS hook,
       EXISTS (SELECT FROM outbox WHERE state = 'waiting' AND channel = 'counter' AND not_before <= $1::timestamptz) AS counter,
       EXISTS (SELECT FROM outbox WHERE kind = 'letter' AND told IS DISTINCT FROM state
                AND state IN ('sent', 'delivered', 'failed', 'unknown')) AS untold
