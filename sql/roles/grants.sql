-- What each role may do; run last by every `motcuad migrate`, harmless to repeat.
-- The application adds to history and never takes from it: no UPDATE or DELETE on events, codes, remarks' ids,
-- register entries; of facts only the columns that close a row; final letters are guarded by a trigger as well.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM motcua_app, motcua_reader;
REVOKE ALL ON FUNCTION event_partition_ensure FROM PUBLIC;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON setting, calendar, calendar_row, office, officer, officer_role, credential, session,
    field, form_set, ruleset, ruleset_parameter, procedure_version, procedure_case, procedure_component, procedure_step,
    idempotency_key, outbox, job, job_item, blob, blob_chunk TO motcua_app;
GRANT INSERT, UPDATE ON id_counter, dossier, dossier_search, dossier_person, code_serial, counter_day, register, letter,
    letter_addressee, sweep_run, objective_interval, import_source TO motcua_app;
GRANT INSERT ON event, dossier_fact, dossier_code, person, person_version, remark, register_entry, feed, read_log,
    import_row, reference_change TO motcua_app;
GRANT UPDATE (valid_to, valid_to_known_at, known_to) ON dossier_fact TO motcua_app;
GRANT UPDATE (voided_at, void_reason) ON register_entry TO motcua_app;
-- Forgetting a person: the values go, the row and the commitments stay.
GRANT UPDATE (name, name_folded, key_id, identity, identity_index, phone, phone_index, address, email, email_index,
    forgotten_at) ON person_version TO motcua_app;
GRANT UPDATE (text, forgotten_at) ON remark TO motcua_app;
GRANT DELETE ON feed TO motcua_app; -- old rows, once every reader has passed them
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO motcua_app;
GRANT EXECUTE ON FUNCTION event_partition_ensure TO motcua_app;
-- A partition is reached through its parent alone.
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT inhrelid::regclass AS name FROM pg_inherits WHERE inhparent = 'event'::regclass LOOP
        EXECUTE format('REVOKE ALL ON %s FROM motcua_app, motcua_reader', r.name);
    END LOOP;
END $$;

-- People with psql: no secrets, no sealed values, and row-level security where rows speak of persons.
GRANT SELECT ON setting, calendar, calendar_row, office, officer, officer_role, field, form_set, ruleset, ruleset_parameter,
    procedure_version, procedure_case, procedure_component, procedure_step, dossier, dossier_code, event, dossier_fact,
    counter_day, register, register_entry, letter, letter_addressee, sweep_run, objective_interval, job, job_item, reference_change TO motcua_reader;

-- Caches without a history of their own.
GRANT INSERT, UPDATE, DELETE ON dossier_deadline TO motcua_app;
GRANT SELECT ON dossier_deadline TO motcua_reader;
GRANT INSERT, UPDATE ON sweep_item TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON alarm_failure TO motcua_app;
GRANT SELECT ON sweep_item, alarm_failure TO motcua_reader;

-- What was late and what is owed is added to and closed, never taken away.
GRANT INSERT, UPDATE ON letter_obligation, late_episode TO motcua_app;
GRANT SELECT ON letter_obligation, late_episode TO motcua_reader;

-- Papers: added to, never changed; what is on its way in comes and goes.
GRANT INSERT ON letter_revision, attachment, paper, form_text, form_template TO motcua_app;
GRANT UPDATE (detached_at) ON attachment TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON upload, upload_chunk, thumbnail TO motcua_app;
GRANT SELECT ON letter_revision, form_template TO motcua_reader;
