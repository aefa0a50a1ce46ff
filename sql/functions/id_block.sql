-- id_block(kind, n) -> last id of the block; the caller owns the n ids that end there
-- Kinds: person, remark, letter, and dossier:YEAR, whose ids begin at YEAR x 10^10 + 1.
-- Errors: VD010 for n outside 1..10000 or a kind of another form.
CREATE OR REPLACE FUNCTION id_block(p_kind text, p_n integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_last bigint;
BEGIN
    IF p_n NOT BETWEEN 1 AND 10000 OR p_kind !~ '^(person|remark|letter|dossier:(19|20|21)[0-9]{2})$' THEN
        RAISE EXCEPTION 'no block of % ids of kind %', p_n, p_kind USING ERRCODE = 'VD010';
    END IF;
    INSERT INTO id_counter AS c (kind, last)
    VALUES (p_kind, p_n + CASE WHEN p_kind LIKE 'dossier:%' THEN right(p_kind, 4)::bigint * 10000000000 ELSE 0 END)
    ON CONFLICT (kind) DO UPDATE SET last = c.last + p_n
    RETURNING last INTO v_last;
    RETURN v_last;
END $$;
