-- import_prepare(source, at, office key, name, identifier, calendar name, zone, rows...) -> office, epoch
-- Makes what an import stands on where it is missing: its source, the office the dossiers were handled in (kind
-- external), and that office's calendar, whose rows come as the eight columns of the text form (docs/calendars.md).
-- An office that exists keeps what it has; only an external one without any calendar takes the one given.
-- Errors: constraints of office and calendar.
CREATE OR REPLACE FUNCTION import_prepare(p_source text, p_at timestamptz, p_key text, p_name text, p_identifier text,
    p_calendar text, p_zone_s integer, p_types text[], p_from text[], p_to text[], p_kinds text[], p_sessions text[],
    p_names_vi text[], p_names_en text[], p_sources text[])
RETURNS TABLE (office_id bigint, epoch bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE o office; v_calendar bigint; v_has_rows boolean := coalesce(cardinality(p_types), 0) > 0;
BEGIN
    INSERT INTO import_source (key, name, created_at) VALUES (p_source, p_name, p_at) ON CONFLICT DO NOTHING;
    SELECT * INTO o FROM office WHERE key = p_key;
    IF o.id IS NULL OR (v_has_rows AND o.calendar_id IS NULL AND o.parent_id IS NULL AND o.kind = 'external') THEN
        -- Two imports may begin in the same second: the epoch's row is locked first, then looked at again.
        PERFORM epoch_bump();
        SELECT * INTO o FROM office WHERE key = p_key;
        IF v_has_rows AND o.calendar_id IS NULL AND (o.id IS NULL OR o.kind = 'external') THEN
            INSERT INTO calendar (key, name, level, zone_s) VALUES ('import-' || p_key, p_calendar, 'office', p_zone_s)
            RETURNING id INTO v_calendar;
            INSERT INTO calendar_row (calendar_id, line, type, from_on, to_on, kind, sessions, name_vi, name_en, source)
            SELECT v_calendar, u.line, u.type, u.from_on, u.to_on, u.kind, u.sessions, u.name_vi, u.name_en, u.source
              FROM unnest(p_types, p_from, p_to, p_kinds, p_sessions, p_names_vi, p_names_en, p_sources) WITH ORDINALITY
                   u (type, from_on, to_on, kind, sessions, name_vi, name_en, source, line);
            UPDATE office SET calendar_id = v_calendar WHERE id = o.id;
        END IF;
        IF o.id IS NULL THEN
            INSERT INTO office (key, name, kind, identifier, calendar_id)
            VALUES (p_key, p_name, 'external', nullif(p_identifier, ''), v_calendar) RETURNING * INTO o;
        END IF;
    END IF;
    RETURN QUERY SELECT o.id, s.epoch FROM setting s;
END $$;
