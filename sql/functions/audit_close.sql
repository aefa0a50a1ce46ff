-- audit_close(until) -> ids up to which edits of reference data were recorded before that instant
-- Closes the days until then, for ever: waits out every transaction that is writing, and whatever is recorded later on a
-- closed day is refused. Runs as the owner: the application may close, and cannot open again. Harmless to repeat.
CREATE OR REPLACE FUNCTION audit_close(p_until timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 2);
    UPDATE audit_closing SET until_at = p_until WHERE until_at < p_until;
    RETURN coalesce((SELECT id FROM reference_change WHERE recorded_at < p_until ORDER BY id DESC LIMIT 1), 0);
END $$;
