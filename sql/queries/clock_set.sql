-- clock_set(offset, real now): moves the clock of a demonstration, forward only once anything is recorded, and never into a
-- day that is closed
UPDATE setting SET clock_offset_us = $1::bigint
 WHERE is_demonstration AND ($1::bigint >= clock_offset_us OR NOT EXISTS (SELECT FROM feed))
   AND (SELECT until_at FROM audit_closing) <= $2::timestamptz + $1::bigint * interval '1 us'
RETURNING clock_offset_us
