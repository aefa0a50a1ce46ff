-- reader_policies()
-- Puts row-level security on every table that speaks of dossiers: motcua_app goes on as before, a reader sees the rows of dossiers it
-- may see, whoever else sees none. Called by grants.sql after each migrate; makes what is missing and replaces what reads otherwise.
CREATE OR REPLACE FUNCTION reader_policies() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    r record;
    -- One array for the whole statement, not one look-up per row.
    v_offices constant text := '(SELECT reader_offices())::bigint[]';
    v_dossier text := format('(SELECT reader_sees_all()) OR filed_office_id = ANY (%1$s) OR supervising_office_id = ANY (%1$s) OR '
        'competent_office_id = ANY (%1$s) OR holder_office_id = ANY (%1$s) OR pending_office_id = ANY (%1$s) OR at_fault_office_id = ANY (%1$s)',
        v_offices);
    v_office text := format('(SELECT reader_sees_all()) OR office_id = ANY (%s)', v_offices);
    v_of text := 'EXISTS (SELECT FROM dossier d WHERE d.id = dossier_id)'; -- itself under the policy of dossier
    v_letter text := 'EXISTS (SELECT FROM letter l WHERE l.id = letter_id)';
    v_all text := '(SELECT reader_sees_all())';
BEGIN
    FOR r IN SELECT * FROM (VALUES
            ('dossier', v_dossier), ('dossier_code', v_of), ('event', v_of), ('dossier_fact', v_of), ('stay', v_of), ('letter', v_of),
            ('letter_obligation', v_of), ('late_episode', v_of), ('dossier_deadline', v_of), ('alarm_failure', v_of),
            ('sweep_item', v_of), ('letter_addressee', v_letter), ('letter_revision', v_letter),
            ('register_entry', v_letter || ' OR ' || v_of || ' OR EXISTS (SELECT FROM chasing_slip s WHERE s.id = slip_id)'),
            ('chasing_slip', v_office), ('blank_slip', v_office), ('blank_slip_batch', v_office),
            ('objective_interval', 'dossier_id IS NULL OR ' || v_of),
            ('counter_tail', v_office), ('counter_day', v_office), ('counter_total', v_office), ('sweep_run', v_office), ('closing', v_office), ('closing_snapshot', v_office),
            ('closing_reopening', 'EXISTS (SELECT FROM closing c WHERE c.id = closing_id)'), ('job', v_all), ('job_item', v_all)) AS t (name, condition) LOOP
        -- What reads the same stays untouched: a migrate does not lock the tables of a running daemon for nothing.
        CONTINUE WHEN (SELECT relrowsecurity FROM pg_class WHERE oid = r.name::regclass)
            AND EXISTS (SELECT FROM pg_policy p WHERE polrelid = r.name::regclass AND polname = 'a_reader_sees_its_offices'
                           AND obj_description(p.oid, 'pg_policy') = r.condition);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', r.name);
        EXECUTE format('DROP POLICY IF EXISTS the_application_sees_all ON %I', r.name);
        EXECUTE format('DROP POLICY IF EXISTS a_reader_sees_its_offices ON %I', r.name);
        EXECUTE format('CREATE POLICY the_application_sees_all ON %I TO motcua_app USING (true) WITH CHECK (true)', r.name);
        EXECUTE format('CREATE POLICY a_reader_sees_its_offices ON %I FOR SELECT TO motcua_reader USING (%s)', r.name, r.condition);
        EXECUTE format('COMMENT ON POLICY a_reader_sees_its_offices ON %I IS %L', r.name, r.condition);
    END LOOP;
    -- Partitions are reached through their parent alone: by themselves they show nothing.
    FOR r IN SELECT inhrelid::regclass AS name FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
              WHERE inhparent = 'event'::regclass AND NOT c.relrowsecurity LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', r.name);
    END LOOP;
END $$;
