-- What each role may do; run last by every `motcuad migrate`, harmless to repeat.
-- The application adds to history and never takes from it: no UPDATE or DELETE on events, codes, remarks' ids,
-- register entries; of facts only the columns that close a row; final letters are guarded by a trigger as well.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM motcua_app, motcua_reader;
-- Functions of ours are run by the application alone, and by a reader those that its policies ask; what makes readers, by neither.
ALTER DEFAULT PRIVILEGES FOR ROLE motcua_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT p.oid::regprocedure AS name, p.proname FROM pg_proc p
              WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = 'motcua_owner'::regrole LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, motcua_app, motcua_reader', r.name);
        CONTINUE WHEN r.proname IN ('reader_add', 'reader_remove', 'reader_policies', 'facts_stale', 'facts_fill', 'facts_filled', 'event_year_view',
            'event_year_order', 'event_year_proof', 'event_year_place', 'event_year_list', 'event_year_obstacles', 'event_year_begin', 'event_year_undo', 'event_year_faults', 'event_year_finish', 'event_year_attach');
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO motcua_app', r.name);
        CONTINUE WHEN r.proname NOT IN ('reader_offices', 'reader_sees_all', 'warning_at');
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO motcua_reader', r.name);
    END LOOP;
END $$;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON calendar_row, credential, session, procedure_version, procedure_case, procedure_component, procedure_step,
    idempotency_key, job TO motcua_app;
-- What ended, was sent or was handed in stays.
GRANT INSERT, UPDATE ON calendar, office, officer, officer_role, field, form_set, ruleset, ruleset_parameter, outbox, blob, job_item TO motcua_app;
GRANT INSERT ON blob_chunk TO motcua_app;
GRANT UPDATE (epoch, deadlines_epoch, clock_offset_us, has_counters, has_stays) ON setting TO motcua_app;
GRANT INSERT, UPDATE ON id_counter, dossier, dossier_search, dossier_person, code_serial, register, letter,
    letter_addressee, sweep_run, objective_interval, import_source TO motcua_app;
GRANT INSERT ON event, dossier_fact, stay, dossier_code, person, person_version, remark, register_entry, feed, read_log,
    import_row, reference_change TO motcua_app;
GRANT UPDATE (valid_to, valid_to_known_at, known_to) ON dossier_fact TO motcua_app;
GRANT UPDATE (left_at, left_known_at, known_to, is_last, is_over, used_minutes) ON stay TO motcua_app;
GRANT UPDATE (voided_at, void_reason) ON register_entry TO motcua_app;
-- Forgetting a person: the values go, the row and the commitments stay.
GRANT UPDATE (name, name_folded, key_id, identity, identity_index, phone, phone_index, address, email, email_index,
    forgotten_at) ON person_version TO motcua_app;
GRANT UPDATE (text, forgotten_at) ON remark TO motcua_app;
GRANT DELETE ON feed TO motcua_app; -- old rows, once every reader has passed them
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO motcua_app;
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
    procedure_version, procedure_case, procedure_component, procedure_step, dossier, dossier_code, event, dossier_fact, stay,
    register, register_entry, letter_addressee, sweep_run, objective_interval, job, job_item, reference_change TO motcua_reader;

-- Of a letter neither the frozen data, which name the applicant, nor the address under which anybody may read it.
GRANT SELECT (id, dossier_id, trigger, state, author_office_id, at_fault_office_id, form, template_version, content_hash, signer_id,
    signed_at, register_office_id, register_year, register_symbol, number, numbered_at, issued_at, latest_at, timing, blob_sha256,
    is_after_due, reappointed_at, recorded_at) ON letter TO motcua_reader;

-- Caches without a history of their own.
GRANT INSERT, UPDATE, DELETE ON dossier_deadline TO motcua_app;
GRANT SELECT ON dossier_deadline TO motcua_reader;
GRANT INSERT, UPDATE ON sweep_item TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON alarm_failure TO motcua_app;
GRANT SELECT ON sweep_item, alarm_failure TO motcua_reader;

-- What was late and what is owed is added to and closed, never taken away.
GRANT INSERT, UPDATE ON letter_obligation, late_episode TO motcua_app;
GRANT SELECT ON letter_obligation, late_episode TO motcua_reader;

-- A chasing slip stands as it was issued; it gets a paper once, and an answer.
GRANT INSERT, UPDATE (sha256, answered_on, answer, answered_by, answer_recorded_at) ON chasing_slip TO motcua_app;
GRANT SELECT ON chasing_slip TO motcua_reader;

-- A blank slip may become void, once; a batch counts its prints.
GRANT INSERT, UPDATE (voided_at, voided_by, void_reason) ON blank_slip TO motcua_app;
GRANT INSERT, UPDATE (prints, printed_at) ON blank_slip_batch TO motcua_app;
GRANT SELECT ON blank_slip, blank_slip_batch TO motcua_reader;

-- Papers: added to, never changed; what is on its way in comes and goes.
GRANT INSERT ON letter_revision, attachment, paper, paper_reprint, form_text, form_template TO motcua_app;
GRANT UPDATE (detached_at) ON attachment TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON upload, upload_chunk, thumbnail TO motcua_app;
GRANT SELECT ON letter_revision, form_template TO motcua_reader;

-- Logins: policies and factors change, attempts come and go; what happened is added to and never taken from.
GRANT INSERT, UPDATE ON role_policy TO motcua_app;
GRANT INSERT, UPDATE (used_at, withdrawn_at) ON login_reset TO motcua_app;
GRANT INSERT, UPDATE, DELETE ON login_attempt, second_factor, recovery_code TO motcua_app;
GRANT INSERT ON security_event TO motcua_app;
GRANT SELECT ON role_policy TO motcua_reader;

-- Roots of days are added, and days closed, by the application; neither is undone by anybody.
GRANT INSERT ON audit_root TO motcua_app;
REVOKE ALL ON FUNCTION audit_close FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_close TO motcua_app;
GRANT SELECT ON audit_root, audit_closing TO motcua_reader;

-- Counters of form II.06a: caches that the facts can make again.
GRANT INSERT, UPDATE, DELETE ON counter_tail, counter_day, counter_total, counter_start TO motcua_app;
GRANT SELECT ON counter_tail, counter_day, counter_total, counter_start TO motcua_reader;

-- A reader sees the dossiers of its offices, and what hangs on them (reader_add, docs/operations.md).
SELECT reader_policies();

-- The ring of keys, by their ids; sealing anew changes what is sealed and not what it says.
GRANT INSERT, DELETE ON seal_key TO motcua_app;
GRANT INSERT ON seal_key_retired TO motcua_app;
GRANT UPDATE (data) ON paper TO motcua_app;

-- Keeping: rules are edited, what is past them goes by functions of the owner's that refuse what is younger than a year.
GRANT UPDATE (keep_months, is_active) ON retention_rule TO motcua_app;
GRANT UPDATE (name) ON attachment TO motcua_app;
REVOKE ALL ON FUNCTION retention_delete FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retention_delete TO motcua_app;

-- Who stands in for whom is added to and withdrawn.
GRANT INSERT, UPDATE (withdrawn_at, withdrawn_by, withdrawal_reason) ON delegation TO motcua_app;
GRANT SELECT ON delegation TO motcua_reader;

-- Offices that report by file: what was said of them stops being known, and stays.
GRANT INSERT, UPDATE (known_to) ON file_office TO motcua_app;
GRANT INSERT, UPDATE (known_to, withdrawn_by, withdrawal_reason) ON report_declaration TO motcua_app;
GRANT SELECT ON file_office, report_declaration TO motcua_reader;

-- Closed periods: added to and never changed.
GRANT INSERT ON closing, closing_word, closing_snapshot, closing_reopening TO motcua_app;
GRANT SELECT ON closing, closing_reopening TO motcua_reader;
GRANT SELECT (closing_id, version, office_id, ordinal, as_of, known_at, sha256, previous_sha256, document, signed_by, signed_serial, signed_at,
    closed_by, closed_at) ON closing_snapshot TO motcua_reader;

-- Old years are detached and attached by the owner.
GRANT SELECT ON event_year TO motcua_reader;

-- Files of the portal stay as they came.
GRANT INSERT ON portal_file, portal_dossier, portal_figure TO motcua_app;
GRANT SELECT ON portal_file, portal_figure TO motcua_reader;
