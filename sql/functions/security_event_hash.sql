-- security_event_hash(row) -> what stands for it under the root of its day: sha256 of its values but the id (at in microseconds since
-- 1970, officer, kind, by whom, address, detail), each preceded by its length in bytes and a colon; NULL is empty
CREATE OR REPLACE FUNCTION security_event_hash(e security_event) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    v text; v_text text := '';
BEGIN
    FOREACH v IN ARRAY ARRAY[(extract(epoch FROM e.at) * 1000000)::bigint::text, coalesce(e.officer_id::text, ''), e.kind,
                             coalesce(e.by_officer::text, ''), e.address, e.detail] LOOP
        v_text := v_text || octet_length(v) || ':' || v;
    END LOOP;
    RETURN sha256(convert_to(v_text, 'UTF8'));
END $$;
