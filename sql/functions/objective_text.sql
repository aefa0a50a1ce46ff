-- objective_text(interval) -> what a declared objective interval says, as JSON with keys instead of ids: for the log of edits
CREATE OR REPLACE FUNCTION objective_text(o objective_interval) RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN jsonb_strip_nulls(jsonb_build_object(
        'kind', o.kind,
        'from', to_char(o.from_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'to', to_char(o.to_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'offices', (SELECT jsonb_agg(x.key ORDER BY x.key) FROM office x WHERE x.id = ANY (o.offices)),
        'procedures', to_jsonb(nullif(o.procedures, '{}')),
        'steps', to_jsonb(nullif(o.steps, '{}')),
        'dossier', (SELECT d.code FROM dossier d WHERE d.id = o.dossier_id),
        'evidence', nullif(o.evidence, ''),
        'withdrawn', CASE WHEN o.withdrawn_at IS NOT NULL THEN true END))::text;
END $$;
