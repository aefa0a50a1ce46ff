-- portal_file_add(kind, office, from, to, name, sha256, actor, at, lines, keys, times, numbers) -> id
-- A file with all its rows, or nothing. Of a dossier: times received, due, ended (three for each row), numbers status and days (two);
-- of a figure: numbers numerator, denominator, ratio, score, max_score (five, -1: null) and no times.
CREATE OR REPLACE FUNCTION portal_file_add(p_kind text, p_office bigint, p_from date, p_to date, p_name text, p_sha256 bytea, p_actor bigint,
    p_at timestamptz, p_lines bigint[], p_keys text[], p_times timestamptz[], p_numbers bigint[])
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_id bigint;
BEGIN
    INSERT INTO portal_file (kind, office_id, from_on, to_on, name, sha256, n_rows, entered_by, recorded_at)
    VALUES (p_kind, p_office, p_from, p_to, p_name, p_sha256, cardinality(p_lines), p_actor, p_at) RETURNING id INTO v_id;
    IF p_kind = 'dossiers' THEN
        INSERT INTO portal_dossier (file_id, line, code, received_at, due_at, ended_at, status, days)
        SELECT v_id, u.line, u.key, p_times[3 * i - 2], p_times[3 * i - 1], p_times[3 * i], nullif(p_numbers[2 * i - 1], 0), p_numbers[2 * i]
          FROM unnest(p_lines, p_keys) WITH ORDINALITY u (line, key, i);
    ELSE
        INSERT INTO portal_figure (file_id, line, criterion, numerator, denominator, ratio, score, max_score)
        SELECT v_id, u.line, u.key, nullif(p_numbers[5 * i - 4], -1), nullif(p_numbers[5 * i - 3], -1), nullif(p_numbers[5 * i - 2], -1),
               nullif(p_numbers[5 * i - 1], -1), nullif(p_numbers[5 * i], -1)
          FROM unnest(p_lines, p_keys) WITH ORDINALITY u (line, key, i);
    END IF;
    RETURN v_id;
END $$;
