-- housekeeping(real_now): ended sessions and keys past their seven days
WITH gone AS (DELETE FROM session WHERE expires_at < $1::timestamptz)
DELETE FROM idempotency_key WHERE created_at < $1::timestamptz - interval '7 days'
