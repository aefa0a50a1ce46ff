-- housekeeping(real_now): ended sessions, keys past their seven days, previews past their thirty
WITH gone AS (DELETE FROM session WHERE expires_at < $1::timestamptz),
     looked_at AS (DELETE FROM job WHERE kind LIKE '%\_preview' AND state IN ('done', 'failed', 'cancelled')
                                     AND touched_at < $1::timestamptz - interval '30 days')
DELETE FROM idempotency_key WHERE created_at < $1::timestamptz - interval '7 days'
