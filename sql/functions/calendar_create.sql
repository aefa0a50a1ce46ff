-- calendar_create(key, name, level, base, zone_s, epoch, eight columns of rows, effective_on, actor, source, reason, after, at)
--   -> the change
-- Makes a calendar with its rows. 0, and nothing written, when reference data have moved on since the epoch it was judged on.
CREATE OR REPLACE FUNCTION calendar_create(p_key text, p_name text, p_level text, p_base text, p_zone_s integer, p_epoch bigint,
    p_type text[], p_from text[], p_to text[], p_kind text[], p_sessions text[], p_name_vi text[], p_name_en text[],
    p_row_source text[], p_effective_on date, p_actor bigint, p_source text, p_reason text, p_after text, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1);
    IF (SELECT epoch FROM setting) <> p_epoch THEN
        RETURN 0;
    END IF;
    INSERT INTO calendar (key, name, level, base_id, zone_s)
    VALUES (p_key, p_name, p_level, (SELECT id FROM calendar WHERE key = p_base), p_zone_s);
    RETURN (SELECT change_id
              FROM calendar_replace_rows(p_key, p_epoch, 'create', p_type, p_from, p_to, p_kind, p_sessions, p_name_vi,
                                         p_name_en, p_row_source, p_effective_on, p_actor, p_source, p_reason, '', p_after,
                                         p_at, NULL));
END $$;
