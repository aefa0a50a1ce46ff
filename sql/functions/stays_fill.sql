-- stays_fill(rows) -> how many dossiers were passed over
-- Writes the stays of dossiers from before there were stays. `rows` is a JSON array of the columns of stay (instants as
-- microseconds, NULL for infinity) with the version of the dossier they were made from; a dossier with another version by now
-- is passed over, one that has stays is left as it is.
-- Errors: none of its own.
CREATE OR REPLACE FUNCTION stays_fill(p_rows jsonb) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_ids bigint[]; -- as they were read
    v_missed bigint;
BEGIN
    PERFORM 1 FROM dossier WHERE id IN (SELECT (r ->> 'dossier_id')::bigint FROM jsonb_array_elements(p_rows) r)
      ORDER BY id FOR NO KEY UPDATE;
    WITH given AS (SELECT DISTINCT x.dossier_id, x.version FROM jsonb_to_recordset(p_rows) AS x (dossier_id bigint, version integer))
    SELECT coalesce(array_agg(d.id) FILTER (WHERE d.version = g.version), '{}'), count(*) FILTER (WHERE d.version <> g.version)
      INTO v_ids, v_missed
      FROM given g JOIN dossier d ON d.id = g.dossier_id;
    INSERT INTO stay (dossier_id, entered_at, left_at, left_known_at, known_from, known_to, case_id, step, office_id, officer_id,
                      is_last, is_waiting, is_over, budget_minutes, used_minutes)
    SELECT x.dossier_id, 'epoch'::timestamptz + x.entered_us * interval '1 us',
           coalesce('epoch'::timestamptz + x.left_us * interval '1 us', 'infinity'),
           coalesce('epoch'::timestamptz + x.left_known_us * interval '1 us', '-infinity'), 'epoch'::timestamptz + x.known_from_us * interval '1 us',
           coalesce('epoch'::timestamptz + x.known_to_us * interval '1 us', 'infinity'),
           x.case_id, x.step, x.office_id, x.officer_id, x.is_last, x.is_waiting, x.is_over, x.budget_minutes, x.used_minutes
      FROM jsonb_to_recordset(p_rows) AS x (dossier_id bigint, entered_us bigint, left_us bigint, left_known_us bigint,
           known_from_us bigint, known_to_us bigint, case_id bigint, step integer, office_id bigint, officer_id bigint, is_last boolean,
           is_waiting boolean, is_over boolean, budget_minutes integer, used_minutes integer)
     WHERE x.dossier_id = ANY (v_ids) AND NOT EXISTS (SELECT FROM stay s WHERE s.dossier_id = x.dossier_id);
    RETURN v_missed;
END $$;
