-- event_year_order(login, real_now) -> who orders it (NULL: no administrator of that login), the business clock's now, the installation's
-- zone in seconds; is anybody else at it?
-- Takes the lock that whoever detaches or attaches a year holds until it disconnects. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_order(p_login text, p_real timestamptz, OUT officer bigint, OUT at timestamptz, OUT zone_s integer, OUT is_busy boolean)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    officer := (SELECT o.id FROM officer o JOIN officer_role r ON r.officer_id = o.id
                 WHERE o.login = p_login AND o.valid_to IS NULL AND r.role = 'administrator' AND r.ended_on IS NULL LIMIT 1);
    SELECT p_real + s.clock_offset_us * interval '1 microsecond', s.zone_s INTO at, zone_s FROM setting s;
    is_busy := NOT pg_try_advisory_lock(7401, 3);
END $$;
