-- job_checkpoint(id, fence, now, lease_until, done, total, cursor, items) -> is it to stop? No row: it went to another
-- Cursor and items go together, so that whoever goes on from the cursor writes no item twice.
WITH mine AS (
    UPDATE job SET cursor = $7::text, lease_until = $4::timestamptz, done = $5::bigint, total = $6::bigint, attempts = 0,
                   n_items = n_items + cardinality($8::text[]), touched_at = $3::timestamptz
     WHERE id = $1::bigint AND fence = $2::bigint AND state = 'running'
    RETURNING id, n_items, cancel_requested_at IS NOT NULL AS is_cancel_requested
), kept AS (
    INSERT INTO job_item (job_id, ordinal, text)
    SELECT m.id, m.n_items - cardinality($8::text[]) + u.o, u.text
      FROM mine m CROSS JOIN unnest($8::text[]) WITH ORDINALITY u (text, o)
)
SELECT is_cancel_requested FROM mine
