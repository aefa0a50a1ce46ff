-- Offices that end: what becomes of their registers and roles, and where their open dossiers are counted.
ALTER TABLE counter_day ADD COLUMN succeeded integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN counter_day.succeeded IS 'Open dossiers that passed over when an office ended: -1 at that office and +1 at its successor, on the same day.';

ALTER TABLE office ADD CONSTRAINT office_has_successor_once_it_ends CHECK (successor_id IS NULL OR valid_to IS NOT NULL);
ALTER TABLE office ADD CONSTRAINT office_not_followed_by_itself CHECK (successor_id IS DISTINCT FROM id);
COMMENT ON COLUMN office.valid_to IS 'Its last day. Written from the day after on, never ahead: whoever has a last day has ended.';

ALTER TABLE officer_role ADD COLUMN ended_on date;
COMMENT ON COLUMN officer_role.ended_on IS 'Last day of the role; the row stays, as does what was done by it. NULL: held now.';

ALTER TABLE register ADD COLUMN closed_on date;
COMMENT ON COLUMN register.closed_on IS 'Last day of the office that kept it: it gives no more numbers.';
CREATE FUNCTION register_refuse_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'register % of office % is closed', OLD.symbol, OLD.office_id
        USING ERRCODE = 'VD004', CONSTRAINT = 'register_closed_gives_no_number';
END $$;
CREATE TRIGGER register_closed_gives_no_number BEFORE UPDATE ON register FOR EACH ROW
    WHEN (OLD.closed_on IS NOT NULL AND NEW.last <> OLD.last) EXECUTE FUNCTION register_refuse_number();
