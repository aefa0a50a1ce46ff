-- What a login has to do first stands with its sessions. Every request asks for its session, and looking into two more small tables for two
-- words was most of what that cost. The words stay where they were as well: these are kept after them, in the same transaction.
ALTER TABLE session ADD COLUMN must_change boolean NOT NULL DEFAULT false, ADD COLUMN has_factor boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN session.must_change IS 'Its officer has a password made by somebody else (credential.must_change).';
COMMENT ON COLUMN session.has_factor IS 'Its officer has a second factor that was confirmed.';
UPDATE session s SET must_change = coalesce((SELECT c.must_change FROM credential c WHERE c.officer_id = s.officer_id), false),
    has_factor = EXISTS (SELECT FROM second_factor f WHERE f.officer_id = s.officer_id AND f.confirmed_at IS NOT NULL);

-- The officer's credential is held, here and by whoever changes one of the two: a session made meanwhile is either seen there or sees it.
CREATE FUNCTION session_take_standing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.must_change := false;
    SELECT c.must_change INTO NEW.must_change FROM credential c WHERE c.officer_id = NEW.officer_id FOR NO KEY UPDATE;
    NEW.must_change := coalesce(NEW.must_change, false);
    NEW.has_factor := EXISTS (SELECT FROM second_factor f WHERE f.officer_id = NEW.officer_id AND f.confirmed_at IS NOT NULL);
    RETURN NEW;
END $$;
CREATE TRIGGER session_takes_standing BEFORE INSERT ON session FOR EACH ROW EXECUTE FUNCTION session_take_standing();

CREATE FUNCTION credential_give_standing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE session s SET must_change = NEW.must_change WHERE s.officer_id = NEW.officer_id AND s.must_change <> NEW.must_change;
    RETURN NULL;
END $$;
CREATE TRIGGER credential_gives_standing AFTER INSERT OR UPDATE OF must_change ON credential
    FOR EACH ROW EXECUTE FUNCTION credential_give_standing();

CREATE FUNCTION second_factor_give_standing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_officer bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.officer_id ELSE NEW.officer_id END;
    v_has boolean := CASE TG_OP WHEN 'DELETE' THEN false ELSE NEW.confirmed_at IS NOT NULL END;
BEGIN
    PERFORM 1 FROM credential c WHERE c.officer_id = v_officer FOR NO KEY UPDATE;
    UPDATE session s SET has_factor = v_has WHERE s.officer_id = v_officer AND s.has_factor <> v_has;
    RETURN NULL;
END $$;
CREATE TRIGGER second_factor_gives_standing AFTER INSERT OR DELETE OR UPDATE OF confirmed_at ON second_factor
    FOR EACH ROW EXECUTE FUNCTION second_factor_give_standing();
