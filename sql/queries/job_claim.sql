-- job_claim(kinds, now, lease_until, started_at, serial kinds) -> the job taken, if one waits or its daemon fell silent
-- Whoever takes it raises the fence: what was begun under the old one can no longer commit. Of a serial kind nobody takes
-- one while an older one is open.
UPDATE job SET state = 'running', fence = fence + 1, lease_until = $3::timestamptz, attempts = attempts + 1,
               started_at = coalesce(started_at, $4::timestamptz), touched_at = $2::timestamptz
 WHERE id = (SELECT id FROM job c
              WHERE state IN ('waiting', 'running') AND lease_until < $2::timestamptz AND kind = ANY ($1::text[])
                AND NOT (kind = ANY ($5::text[])
                         AND EXISTS (SELECT FROM job o WHERE o.kind = c.kind AND o.state IN ('waiting', 'running') AND o.id < c.id))
              ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, parameters, cursor, fence, done, total, n_items, created_by, created_at, attempts,
          cancel_requested_at IS NOT NULL AS is_cancel_requested
