-- login_gate(login hash, client, of_login, of_address, officer, address, at) -> seconds to wait; 0: go on, the attempt is counted
-- Counts an attempt as a failure before anything is compared, so that a hundred at once are a hundred; whoever succeeds takes it
-- back (login_settled). Three counts, each with its delay, forgotten a day (of an address: an hour) after the last:
--   this client for this login            5 free, then 1, 2, 4, ... at most 900 s
--   all untrusted clients for this login  (of_login)   50 free, then 900 s; a client with a device cookie is not asked
--   all logins from this address          (of_address) 100 free, then 60 s
-- A refused attempt counts nothing: nobody keeps a login shut by knocking faster.
CREATE OR REPLACE FUNCTION login_gate(p_login_hash bytea, p_client text, p_of_login boolean, p_of_address boolean, p_officer bigint,
    p_address text, p_at timestamptz)
RETURNS integer LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_wait integer := 0;
    v_n    bigint;
    c      record;
BEGIN
    -- In one order for everybody: address, login, client.
    INSERT INTO login_attempt (login_hash, client, failures, last_at, next_at)
    SELECT k.h, k.c, 0, p_at, p_at
      FROM (VALUES (''::bytea, p_client, p_of_address), (p_login_hash, '', p_of_login), (p_login_hash, p_client, true)) k (h, c, is_asked)
     WHERE k.is_asked ORDER BY k.h, k.c
    ON CONFLICT DO NOTHING;
    FOR c IN SELECT a.* FROM login_attempt a
              WHERE (a.login_hash = ''::bytea AND a.client = p_client AND p_of_address)
                 OR (a.login_hash = p_login_hash AND (a.client = p_client OR (a.client = '' AND p_of_login)))
              ORDER BY a.login_hash, a.client FOR UPDATE LOOP
        v_n := c.n;
        v_wait := greatest(v_wait, ceil(extract(epoch FROM c.next_at - p_at))::integer);
    END LOOP;
    IF v_wait > 0 THEN RETURN least(v_wait, 900); END IF;
    FOR c IN UPDATE login_attempt a
                SET failures = CASE WHEN a.last_at < p_at - k.kept THEN 1 ELSE least(a.failures + 1, 1000000) END,
                    last_at = p_at,
                    next_at = p_at + make_interval(secs => CASE
                        WHEN a.last_at < p_at - k.kept OR a.failures + 1 < k.free THEN 0
                        ELSE least(power(2, least(a.failures + 1 - k.free, 20)) * k.first_s, k.most_s) END)
               FROM (VALUES (''::bytea, p_client, p_of_address, interval '1 hour', 100, 60, 60, 100, 'address_slowed'),
                            (p_login_hash, '', p_of_login, interval '1 day', 50, 900, 900, 50, 'login_locked'),
                            (p_login_hash, p_client, true, interval '1 day', 5, 1, 900, 6, 'login_slowed'))
                    k (h, c, is_asked, kept, free, first_s, most_s, told, kind)
              WHERE a.login_hash = k.h AND a.client = k.c AND k.is_asked
             RETURNING a.failures, k.told, k.kind LOOP
        -- One line when it begins, none for each failure.
        IF c.failures = c.told AND (p_officer IS NOT NULL OR c.kind = 'address_slowed') THEN
            PERFORM security_event_add(p_at, CASE WHEN c.kind <> 'address_slowed' THEN p_officer END, c.kind, NULL, p_address, '');
        END IF;
    END LOOP;
    -- The table stays small whatever strangers send: now and then the old ones go, and all beyond 100,000.
    IF v_n % 256 = 0 THEN
        DELETE FROM login_attempt a USING (
            SELECT b.login_hash, b.client FROM login_attempt b
             WHERE b.last_at < p_at - interval '1 day' OR b.n < (SELECT max(m.n) - 100000 FROM login_attempt m)
               FOR UPDATE SKIP LOCKED) old
         WHERE a.login_hash = old.login_hash AND a.client = old.client;
    END IF;
    RETURN 0;
END $$;
