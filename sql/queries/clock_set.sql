-- clock_set(offset, at least): moves the clock of a demonstration, forward only once anything is recorded
UPDATE setting SET clock_offset_us = $1::bigint
 WHERE is_demonstration AND ($1::bigint >= clock_offset_us OR NOT EXISTS (SELECT FROM feed))
RETURNING clock_offset_us
