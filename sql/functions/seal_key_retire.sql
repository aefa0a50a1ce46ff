-- seal_key_retire(id, now) -> what it still seals: persons, papers, secrets of second factors; nothing: it is retired
-- Whoever seals with it at the same moment refers to its row: one of the two waits, and is refused (person_key_is_known, paper_key_is_known).
CREATE OR REPLACE FUNCTION seal_key_retire(p_id integer, p_now timestamptz)
RETURNS TABLE (persons bigint, papers bigint, secrets bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    persons := (SELECT count(*) FROM person_version v WHERE v.key_id = p_id);
    papers := (SELECT count(*) FROM paper p WHERE p.key_id = p_id);
    secrets := (SELECT count(*) FROM second_factor f WHERE f.key_id = p_id);
    IF persons + papers + secrets = 0 THEN
        DELETE FROM seal_key k WHERE k.id = p_id;
        INSERT INTO seal_key_retired (id, retired_at) VALUES (p_id, p_now) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NEXT;
END $$;
