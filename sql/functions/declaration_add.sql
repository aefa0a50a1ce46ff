-- declaration_add(office, from_on, to_on, source, sha256, dossiers, remark, actor, at) -> id
-- All dossiers of an office that reports by file are in for these days, from this file.
CREATE OR REPLACE FUNCTION declaration_add(p_office bigint, p_from_on date, p_to_on date, p_source text, p_sha256 bytea, p_dossiers bigint,
    p_remark text, p_actor bigint, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_id bigint; v_office text;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1);
    INSERT INTO report_declaration (office_id, from_on, to_on, source, file_sha256, dossiers, remark, entered_by, known_from)
    VALUES (p_office, p_from_on, p_to_on, p_source, p_sha256, p_dossiers, p_remark, p_actor, p_at) RETURNING id INTO v_id;
    SELECT key INTO STRICT v_office FROM office o WHERE o.id = p_office;
    PERFORM reference_change_add('office', v_office, 'declare_report', p_from_on, p_actor, p_source, coalesce(p_remark, p_source), '',
        v_id || ': ' || p_from_on || ' ' || p_to_on || ' ' || encode(p_sha256, 'hex') || ' ' || p_dossiers, p_at);
    RETURN v_id;
END $$;
