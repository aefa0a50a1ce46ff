-- What happens to logins stands under the roots of days too. It is numbered by ids, so whoever adds a row takes the lock that
-- audit_close() waits for before the row has its id: then no smaller id can come later.
CREATE TRIGGER security_event_holds_the_day BEFORE INSERT ON security_event FOR EACH STATEMENT
    EXECUTE FUNCTION audit_open_hold();
DROP FUNCTION IF EXISTS audit_close(timestamptz); -- it answers for both logs now
