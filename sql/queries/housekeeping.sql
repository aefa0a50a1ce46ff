-- housekeeping(real_now): ended sessions, second factors never confirmed, attempts of the day before, failures on dossiers that somebody
-- acted on since
WITH gone AS (DELETE FROM session s USING session_state e WHERE e.token_hash = s.token_hash AND e.ends_at < $1::timestamptz),
     begun AS (DELETE FROM second_factor WHERE confirmed_at IS NULL AND made_at < $1::timestamptz - interval '1 day'),
     tried AS (DELETE FROM login_attempt WHERE last_at < $1::timestamptz - interval '1 day')
DELETE FROM alarm_failure f USING dossier d WHERE d.id = f.dossier_id AND d.version <> f.version
