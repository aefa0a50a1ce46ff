-- audit_close(until) -> last ids of the logs that stand under the roots until then: of the edits of reference data those recorded
-- before that instant, of what happened to logins, which runs on the real clock, everything so far
-- Closes the days until then, for ever: waits out every transaction that is writing, and whatever is recorded later on a
-- closed day is refused. Runs as the owner: the application may close, and cannot open again. Harmless to repeat.
CREATE OR REPLACE FUNCTION audit_close(p_until timestamptz) RETURNS TABLE (changes bigint, security bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 2);
    UPDATE audit_closing SET until_at = p_until WHERE until_at < p_until;
    RETURN QUERY SELECT coalesce((SELECT r.id FROM reference_change r WHERE r.recorded_at < p_until ORDER BY r.id DESC LIMIT 1), 0),
                        coalesce((SELECT max(s.id) FROM security_event s), 0);
END $$;
