-- housekeeping(real_now): ended sessions, keys past their seven days, previews past their thirty,
-- failures on dossiers that somebody acted on since
WITH gone AS (DELETE FROM session WHERE expires_at < $1::timestamptz),
     looked_at AS (DELETE FROM job WHERE kind LIKE '%\_preview' AND state IN ('done', 'failed', 'cancelled')
                                     AND touched_at < $1::timestamptz - interval '30 days'),
     settled AS (DELETE FROM alarm_failure f USING dossier d WHERE d.id = f.dossier_id AND d.version <> f.version)
DELETE FROM idempotency_key WHERE created_at < $1::timestamptz - interval '7 days'
