-- apply_decisions(now, members, events, facts, ...) -> one row per member, in order
-- Applies many decisions in one transaction, each on the version it was decided on (docs/storage.md).
--   now     the real clock: the age of idempotency keys
-- result: applied | stale_version | stale_epoch | duplicate_key | code_exhausted | code_taken | already_imported |
--         clock_behind | letter_conflict | register_outside | number_refused | stale_fence | no_dossier. A member refused by one of
--         these words fails alone and leaves nothing; anything else raises and the caller runs the members singly.
-- Each lock is taken in one sorted statement, and the next statement decides from its own fresh snapshot. Order
-- of locks: partition, epoch, day, jobs, dossiers, letters, keys, serials, registers, codes, import keys.
-- Errors: VD011 more than 500 members, VD012 a dossier twice, VD013 a fact, stay or letter to change is not there.
CREATE OR REPLACE FUNCTION apply_decisions(p_now timestamptz, p_members apply_member[],
    p_events apply_event[], p_facts apply_fact[], p_counters apply_counter[], p_letters apply_letter[],
    p_addressees apply_addressee[], p_persons apply_person[], p_parts apply_part[], p_remarks apply_remark[],
    p_outbox apply_outbox[], p_deadlines apply_deadline[], p_obligations apply_obligation[], p_episodes apply_episode[],
    p_revisions apply_revision[], p_attachments apply_attachment[], p_stays apply_stay[])
RETURNS TABLE (member integer, result text, version integer, code text, number bigint, hash bytea,
               first_dossier bigint, first_seq integer, first_status integer, is_same_body boolean)
LANGUAGE plpgsql SET search_path = public, pg_temp
-- Plans are kept for the life of a connection, and may be made while a table is still empty: then a batch would walk the
-- whole table, or all its keys once for each member. So no statement may: rows are looked up in a LATERAL of their own
-- (OFFSET 0 keeps it one), by their key whatever the planner thinks of the table, and changed at the place found there.
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    n CONSTANT integer := cardinality(p_members);
    -- one element per member
    v_ids    bigint[];
    v_word   text[];     -- NULL while nothing speaks against it
    v_seq    integer[];  -- of the newest event: first the present one, then the one written here
    v_chain  bytea[];    -- its hash
    v_recorded timestamptz[];
    v_holder bigint[]; v_pending bigint[]; -- offices before, for the feed
    v_events integer[] := array_fill(0, ARRAY[n]); -- how many it brings
    v_code   text[] := array_fill(NULL::text, ARRAY[n]);
    v_number bigint[] := array_fill(NULL::bigint, ARRAY[n]);
    v_first_dossier bigint[] := array_fill(NULL::bigint, ARRAY[n]);
    v_first_seq     integer[] := array_fill(NULL::integer, ARRAY[n]);
    v_first_status  integer[] := array_fill(NULL::integer, ARRAY[n]);
    v_same_body     boolean[] := array_fill(NULL::boolean, ARRAY[n]);
    -- numbers given to letters
    v_letters bigint[] := '{}'; v_numbers bigint[] := '{}';
    v_given  text[]; -- codes that came with the members
    v_ending bigint[]; -- letters that live no longer
    v_without integer[] := '{}'; -- members whose dossiers have no stays yet
    has_codes boolean; has_jobs boolean; has_new boolean; has_old boolean; has_given boolean;
    has_imports boolean; has_search boolean; has_stays boolean; -- of the whole database: setting.has_stays
    v_epoch  bigint;
    v_newest timestamptz;
    v_closed timestamptz; -- days until then have their root, or are about to
    v_keyed  bigint; -- members with a key
    v_found bigint;
    -- by place of the event; of a refused member there is nothing
    v_event_seq   integer[] := '{}';
    v_event_bytes bytea[] := '{}';
    v_event_hash  bytea[] := '{}';
    v_line bytea;
    r record; k integer;
BEGIN
    IF n > 500 THEN
        RAISE EXCEPTION '% members in one batch', n USING ERRCODE = 'VD011';
    END IF;
    SELECT array_agg(m.dossier_id), array_agg(m.last_recorded_at), array_agg(m.code), count(m.key), count(m.code_identifier) > 0,
           count(m.job_id) > 0, bool_or(m.expected_version = 0), bool_or(m.expected_version > 0), count(m.code) > 0,
           count(m.import_key) > 0, count(m.search) > 0, count(DISTINCT m.dossier_id)
      INTO v_ids, v_recorded, v_given, v_keyed, has_codes, has_jobs, has_new, has_old, has_given, has_imports, has_search, v_found
      FROM (SELECT u.dossier_id, u.last_recorded_at, u.code, u.key, u.code_identifier, u.job_id, u.expected_version, u.import_key, u.search
              FROM unnest(p_members) WITH ORDINALITY u ORDER BY ordinality) m;
    IF v_found < n THEN
        RAISE EXCEPTION 'a batch holds each dossier once' USING ERRCODE = 'VD012';
    END IF;

    -- First of all, while no lock is held: another writer may be making the same partition.
    IF has_new THEN
        FOR r IN SELECT DISTINCT (id / 10000000000)::integer AS year FROM unnest(v_ids) id ORDER BY 1 LOOP
            IF to_regclass('event_' || r.year) IS NULL THEN
                PERFORM event_partition_ensure(r.year);
            END IF;
        END LOOP;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7401, 1), -- an edit of reference data waits for us, or we for it (epoch_bump),
            pg_advisory_xact_lock_shared(7401, 2); -- and so does the closing of a day (audit_close)
    IF has_jobs THEN
        PERFORM 1 FROM job WHERE id IN (SELECT u.job_id FROM unnest(p_members) u) ORDER BY id FOR SHARE;
    END IF;
    IF has_old THEN
        PERFORM 1 FROM dossier WHERE id = ANY (v_ids) ORDER BY id FOR NO KEY UPDATE;
    END IF;

    -- Judge, from a snapshot taken after the locks.
    SELECT s.epoch, s.has_stays, (SELECT recorded_at FROM feed ORDER BY id DESC LIMIT 1), (SELECT until_at FROM audit_closing)
      INTO v_epoch, has_stays, v_newest, v_closed FROM setting s;
    SELECT array_agg(m.word), array_agg(m.version), array_agg(m.chain), array_agg(m.holder), array_agg(m.pending)
      INTO v_word, v_seq, v_chain, v_holder, v_pending
      FROM (SELECT CASE
                       WHEN u.expected_version > 0 AND d.id IS NULL THEN 'no_dossier'
                       WHEN coalesce(d.version, 0) <> u.expected_version THEN 'stale_version'
                       WHEN u.epoch <> v_epoch THEN 'stale_epoch'
                       WHEN u.last_recorded_at < d.last_recorded_at OR u.last_recorded_at < v_newest - interval '10 s'
                           THEN 'clock_behind'
                   END AS word,
                   coalesce(d.version, 0) AS version, coalesce(d.chain, decode(repeat('00', 32), 'hex')) AS chain,
                   d.holder_office_id AS holder, d.pending_office_id AS pending
              FROM unnest(p_members) WITH ORDINALITY u
              LEFT JOIN LATERAL (SELECT x.id, x.version, x.chain, x.last_recorded_at, x.holder_office_id, x.pending_office_id
                                   FROM dossier x WHERE x.id = u.dossier_id OFFSET 0) d ON true
             ORDER BY u.ordinality) m;
    FOR r IN SELECT u.member AS o, u.recorded_at AS at FROM unnest(p_events) u LOOP
        v_events[r.o] := v_events[r.o] + 1;
        IF r.at < v_closed THEN
            v_word[r.o] := coalesce(v_word[r.o], 'clock_behind'); -- the day it speaks of is closed
        END IF;
    END LOOP;
    IF has_jobs THEN
        FOR r IN SELECT ordinality AS o FROM unnest(p_members) WITH ORDINALITY u
                   LEFT JOIN LATERAL (SELECT fence FROM job x WHERE x.id = u.job_id OFFSET 0) j ON true
                  WHERE u.job_id IS NOT NULL AND j.fence IS DISTINCT FROM u.fence LOOP
            v_word[r.o] := 'stale_fence';
        END LOOP;
    END IF;
    IF has_given THEN
        FOR r IN SELECT ordinality AS o, c.dossier_id FROM unnest(p_members) WITH ORDINALITY u
                  CROSS JOIN LATERAL (SELECT x.dossier_id FROM dossier_code x WHERE x.code = u.code OFFSET 0) c
                  WHERE u.expected_version = 0 LOOP
            v_word[r.o] := 'code_taken';
            v_first_dossier[r.o] := r.dossier_id;
        END LOOP;
    END IF;
    IF has_imports THEN
        FOR r IN SELECT ordinality AS o, w.dossier_id FROM unnest(p_members) WITH ORDINALITY u
                  CROSS JOIN LATERAL (SELECT x.dossier_id FROM import_row x WHERE x.source_key = u.import_source
                                          AND x.external_key = u.import_key OFFSET 0) w LOOP
            v_word[r.o] := 'already_imported';
            v_first_dossier[r.o] := r.dossier_id;
        END LOOP;
    END IF;

    IF cardinality(p_letters) > 0 THEN
        PERFORM 1 FROM letter WHERE id = ANY (ARRAY(SELECT u.id FROM unnest(p_letters) u WHERE u.operation = 1)) ORDER BY id FOR NO KEY UPDATE;
        v_ending := ARRAY(SELECT u.id FROM unnest(p_letters) u WHERE u.state IN ('lapsed', 'cancelled'));
        FOR r IN SELECT u.member AS o, CASE
                   WHEN u.operation = 0 AND (l.id IS NOT NULL OR live.id IS NOT NULL) THEN 'letter_conflict'
                   WHEN u.operation = 1 AND l.dossier_id IS DISTINCT FROM v_ids[u.member] THEN 'letter_conflict'
                   WHEN (u.wants_number OR u.number IS NOT NULL) AND l.number IS NOT NULL THEN 'letter_conflict'
                   WHEN u.wants_number AND g.is_outside THEN 'register_outside'
                   WHEN u.number IS NOT NULL AND (g.is_outside IS NOT TRUE OR EXISTS (SELECT FROM register_entry x
                            WHERE x.office_id = u.register_office_id AND x.year = u.register_year AND x.symbol = u.register_symbol
                              AND x.number = u.number)) THEN 'number_refused'
                 END AS word
                   FROM unnest(p_letters) u
                   LEFT JOIN LATERAL (SELECT * FROM letter x WHERE x.id = u.id OFFSET 0) l ON true
                   LEFT JOIN LATERAL (SELECT x.id FROM letter x WHERE x.dossier_id = v_ids[u.member] AND x.trigger = u.trigger
                                         AND x.state NOT IN ('lapsed', 'cancelled') AND x.id <> ALL (v_ending) OFFSET 0) live
                          ON u.operation = 0
                   LEFT JOIN LATERAL (SELECT x.is_outside FROM register x WHERE x.office_id = u.register_office_id
                                         AND x.year = u.register_year AND x.symbol = u.register_symbol OFFSET 0) g ON true LOOP
            v_word[r.o] := coalesce(v_word[r.o], r.word);
        END LOOP;
    END IF;

    IF v_keyed > 0 THEN
        -- A key past its days is reused. Whoever loses the race for a key waits here.
        INSERT INTO idempotency_key AS i (principal, key, body_hash, dossier_id, seq, status, created_at)
        SELECT u.principal, u.key, u.body_hash, u.dossier_id, v_seq[ordinality] + v_events[ordinality], u.status, p_now
          FROM unnest(p_members) WITH ORDINALITY u
         WHERE u.key IS NOT NULL AND v_word[ordinality] IS NULL ORDER BY u.principal, u.key
        ON CONFLICT (principal, key) DO UPDATE
           SET body_hash = excluded.body_hash, dossier_id = excluded.dossier_id, seq = excluded.seq,
               status = excluded.status, created_at = excluded.created_at
         WHERE i.created_at <= p_now - interval '7 days';
        GET DIAGNOSTICS k = ROW_COUNT;
        IF k < v_keyed THEN
            -- A repeated request is answered as the first time, whatever else speaks against it now: it was done before, or another
            -- daemon committed it meanwhile. A key that was written here is known by its event, which no other request writes.
            FOR r IN SELECT ordinality AS o, i.dossier_id, i.seq, i.status, i.body_hash = u.body_hash AS same
                       FROM unnest(p_members) WITH ORDINALITY u
                       LEFT JOIN LATERAL (SELECT * FROM idempotency_key x WHERE x.principal = u.principal AND x.key = u.key OFFSET 0) i ON true
                      WHERE u.key IS NOT NULL
                        AND CASE WHEN v_word[ordinality] IS NOT NULL THEN i.created_at > p_now - interval '7 days'
                                 ELSE (i.dossier_id, i.seq) IS DISTINCT FROM (u.dossier_id, v_seq[ordinality] + v_events[ordinality]) END LOOP
                IF r.seq IS NULL THEN
                    RAISE EXCEPTION 'a key is neither new nor there' USING ERRCODE = 'serialization_failure';
                END IF;
                v_word[r.o] := 'duplicate_key';
                v_first_dossier[r.o] := r.dossier_id; v_first_seq[r.o] := r.seq;
                v_first_status[r.o] := r.status; v_same_body[r.o] := r.same;
            END LOOP;
        END IF;
    END IF;

    IF has_codes THEN
        INSERT INTO code_serial (identifier, day)
        SELECT DISTINCT u.code_identifier, u.code_day FROM unnest(p_members) WITH ORDINALITY u
         WHERE u.code_identifier IS NOT NULL AND v_word[ordinality] IS NULL ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
        PERFORM 1 FROM code_serial c
          WHERE (c.identifier, c.day) IN (SELECT u.code_identifier, u.code_day FROM unnest(p_members) WITH ORDINALITY u
                                           WHERE u.code_identifier IS NOT NULL AND v_word[ordinality] IS NULL)
          ORDER BY c.identifier, c.day FOR NO KEY UPDATE;
        FOR r IN SELECT ordinality AS o, c.identifier, c.day, u.principal, u.key,
                        c.last + row_number() OVER (PARTITION BY c.identifier, c.day ORDER BY ordinality) AS serial
                   FROM unnest(p_members) WITH ORDINALITY u
                   JOIN code_serial c ON c.identifier = u.code_identifier AND c.day = u.code_day
                  WHERE v_word[ordinality] IS NULL LOOP
            k := CASE length(r.day) WHEN 6 THEN 4 ELSE 7 END; -- digits of the serial: the two layouts in force so far
            IF length(r.serial::text) > k THEN
                v_word[r.o] := 'code_exhausted';
                DELETE FROM idempotency_key i WHERE i.principal = r.principal AND i.key = r.key;
            ELSE
                v_code[r.o] := r.identifier || '-' || r.day || '-' || lpad(r.serial::text, k, '0');
            END IF;
        END LOOP;
        UPDATE code_serial c SET last = c.last + w.n
          FROM (SELECT u.code_identifier, u.code_day, count(v_code[ordinality])::integer AS n
                  FROM unnest(p_members) WITH ORDINALITY u WHERE u.code_identifier IS NOT NULL GROUP BY 1, 2) w
         WHERE c.identifier = w.code_identifier AND c.day = w.code_day AND w.n > 0;
    END IF;

    IF cardinality(p_letters) > 0 THEN
        INSERT INTO register (office_id, year, symbol)
        SELECT DISTINCT u.register_office_id, u.register_year, u.register_symbol FROM unnest(p_letters) u
         WHERE u.wants_number AND v_word[u.member] IS NULL ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING;
        PERFORM 1 FROM register g
          WHERE (g.office_id, g.year, g.symbol) IN (SELECT u.register_office_id, u.register_year, u.register_symbol
                                                      FROM unnest(p_letters) u WHERE u.wants_number AND v_word[u.member] IS NULL)
          ORDER BY g.office_id, g.year, g.symbol FOR NO KEY UPDATE;
        SELECT coalesce(array_agg(x.id), '{}'), coalesce(array_agg(x.number), '{}') INTO v_letters, v_numbers
          FROM (SELECT u.id, u.number FROM unnest(p_letters) u WHERE u.number IS NOT NULL AND u.wants_number IS NOT TRUE
                UNION ALL
                SELECT u.id, g.last + row_number() OVER (PARTITION BY g.office_id, g.year, g.symbol
                                                         ORDER BY u.member, ordinality) AS number
                  FROM unnest(p_letters) WITH ORDINALITY u
                  JOIN register g ON g.office_id = u.register_office_id AND g.year = u.register_year
                                 AND g.symbol = u.register_symbol
                 WHERE u.wants_number AND v_word[u.member] IS NULL) x;
        UPDATE register g SET last = g.last + w.n
          FROM (SELECT u.register_office_id, u.register_year, u.register_symbol, count(*) AS n FROM unnest(p_letters) u
                 WHERE u.wants_number AND v_word[u.member] IS NULL GROUP BY 1, 2, 3) w
         WHERE g.office_id = w.register_office_id AND g.year = w.register_year AND g.symbol = w.register_symbol;
    END IF;

    IF cardinality(v_letters) > 0 THEN
        FOR r IN SELECT u.member AS o, v_numbers[array_position(v_letters, u.numbered_letter_id)] AS number
                   FROM unnest(p_events) u WHERE u.numbered_letter_id IS NOT NULL AND v_word[u.member] IS NULL LOOP
            v_number[r.o] := r.number;
        END LOOP;
    END IF;
    -- Chain the events: what only the database assigns is appended by a fixed rule, then hashed.
    FOR r IN SELECT ordinality::integer AS i, u.member AS o, u.bytes, u.numbered_letter_id
               FROM unnest(p_events) WITH ORDINALITY u WHERE v_word[u.member] IS NULL ORDER BY ordinality LOOP
        v_line := r.bytes || convert_to('seq ' || v_seq[r.o] + 1 || E'\n'
            || CASE WHEN v_seq[r.o] = 0 AND v_code[r.o] IS NOT NULL THEN 'code ' || v_code[r.o] || E'\n' ELSE '' END
            || CASE WHEN r.numbered_letter_id IS NOT NULL THEN 'number ' || v_number[r.o] || E'\n' ELSE '' END, 'UTF8');
        v_seq[r.o] := v_seq[r.o] + 1;
        v_chain[r.o] := sha256(v_chain[r.o] || v_line);
        v_event_seq[r.i] := v_seq[r.o];
        v_event_bytes[r.i] := v_line;
        v_event_hash[r.i] := v_chain[r.o];
    END LOOP;
    INSERT INTO event (dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash)
    SELECT v_ids[u.member], v_event_seq[ordinality], u.at, u.recorded_at, u.actor_id, u.action, v_event_bytes[ordinality],
           v_event_hash[ordinality]
      FROM unnest(p_events) WITH ORDINALITY u WHERE v_word[u.member] IS NULL;

    IF has_new THEN
        INSERT INTO dossier (id, version, chain, code,
            source, state, national_status, procedure_id, case_id, field_id, ruleset_id, channel, filed_office_id,
            supervising_office_id, competent_office_id, step, holder_office_id, holder_officer_id,
            pending_office_id, pending_officer_id, pending_step, pending_since, submitted_at, received_at,
            received_on, due_at, due_on, due_is_instant, due_original_at, due_original_on, due_reappointed_at,
            decided_at, done_at, returned_at, ended_at, ended_on, outcome, judgement, is_waiting, warning,
            risk_at, certain_at, late_at, next_alarm_at, next_stored_at, marked_risk_at, marked_certain_at,
            marked_overdue_at, verdict, cause, at_fault_office_id, letter_state, is_imported, is_adopted,
            is_mistake, applicant_id, applicant_version, last_at, last_recorded_at, proposed_seq)
        SELECT u.dossier_id, v_seq[ordinality], v_chain[ordinality], coalesce(v_code[ordinality], u.code),
               u.source, u.state, u.national_status, u.procedure_id, u.case_id, u.field_id, u.ruleset_id, u.channel,
               u.filed_office_id, u.supervising_office_id, u.competent_office_id, u.step, u.holder_office_id,
               u.holder_officer_id, u.pending_office_id, u.pending_officer_id, u.pending_step, u.pending_since,
               u.submitted_at, u.received_at, u.received_on, u.due_at, u.due_on, u.due_is_instant,
               u.due_original_at, u.due_original_on, u.due_reappointed_at, u.decided_at, u.done_at,
               u.returned_at, u.ended_at, u.ended_on, u.outcome, u.judgement, u.is_waiting, u.warning,
               u.risk_at, u.certain_at, u.late_at, u.next_alarm_at, u.next_stored_at, u.marked_risk_at,
               u.marked_certain_at, u.marked_overdue_at, u.verdict, u.cause, u.at_fault_office_id,
               u.letter_state, u.is_imported, u.is_adopted, u.is_mistake, u.applicant_id, u.applicant_version,
               u.last_at, u.last_recorded_at, u.proposed_seq
          FROM unnest(p_members) WITH ORDINALITY u WHERE u.expected_version = 0 AND v_word[ordinality] IS NULL;
        INSERT INTO dossier_code (code, dossier_id)
        SELECT coalesce(v_code[ordinality], u.code), u.dossier_id FROM unnest(p_members) WITH ORDINALITY u
         WHERE u.expected_version = 0 AND v_word[ordinality] IS NULL ORDER BY 1;
    END IF;
    IF has_old THEN
        UPDATE dossier d SET version = v_seq[u.ordinality], chain = v_chain[u.ordinality],
            source = u.source, state = u.state, national_status = u.national_status, procedure_id = u.procedure_id, case_id = u.case_id,
            field_id = u.field_id, ruleset_id = u.ruleset_id, channel = u.channel, filed_office_id =
            u.filed_office_id, supervising_office_id = u.supervising_office_id, competent_office_id =
            u.competent_office_id, step = u.step, holder_office_id = u.holder_office_id, holder_officer_id =
            u.holder_officer_id, pending_office_id = u.pending_office_id, pending_officer_id =
            u.pending_officer_id, pending_step = u.pending_step, pending_since = u.pending_since, submitted_at =
            u.submitted_at, received_at = u.received_at, received_on = u.received_on, due_at = u.due_at, due_on
            = u.due_on, due_is_instant = u.due_is_instant, due_original_at = u.due_original_at, due_original_on
            = u.due_original_on, due_reappointed_at = u.due_reappointed_at, decided_at = u.decided_at, done_at =
            u.done_at, returned_at = u.returned_at, ended_at = u.ended_at, ended_on = u.ended_on, outcome =
            u.outcome, judgement = u.judgement, is_waiting = u.is_waiting, warning = u.warning, risk_at =
            u.risk_at, certain_at = u.certain_at, late_at = u.late_at, next_alarm_at = u.next_alarm_at,
            next_stored_at = u.next_stored_at, marked_risk_at = u.marked_risk_at, marked_certain_at =
            u.marked_certain_at, marked_overdue_at = u.marked_overdue_at, verdict = u.verdict, cause = u.cause,
            at_fault_office_id = u.at_fault_office_id, letter_state = u.letter_state, is_imported =
            u.is_imported, is_adopted = u.is_adopted, is_mistake = u.is_mistake, applicant_id = u.applicant_id,
            applicant_version = u.applicant_version, last_at = u.last_at, last_recorded_at = u.last_recorded_at, proposed_seq = u.proposed_seq
          FROM unnest(p_members) WITH ORDINALITY u
         CROSS JOIN LATERAL (SELECT x.ctid AS place FROM dossier x WHERE x.id = u.dossier_id OFFSET 0) x
         WHERE d.ctid = x.place AND u.expected_version > 0 AND v_word[u.ordinality] IS NULL;
    END IF;
    IF has_search THEN
        INSERT INTO dossier_search (dossier_id, search)
        SELECT u.dossier_id, u.search FROM unnest(p_members) WITH ORDINALITY u
         WHERE u.search IS NOT NULL AND v_word[ordinality] IS NULL ORDER BY 1
        ON CONFLICT (dossier_id) DO UPDATE SET search = excluded.search;
    END IF;
    IF has_imports THEN
        INSERT INTO import_row (source_key, external_key, dossier_id, row_hash)
        SELECT u.import_source, u.import_key, u.dossier_id, u.import_row_hash FROM unnest(p_members) WITH ORDINALITY u
         WHERE u.import_key IS NOT NULL AND v_word[ordinality] IS NULL ORDER BY 1, 2;
    END IF;

    IF cardinality(p_persons) > 0 THEN
        INSERT INTO person (id, created_at)
        SELECT u.person_id, v_recorded[u.member] FROM unnest(p_persons) u
         WHERE u.version = 1 AND v_word[u.member] IS NULL ORDER BY 1;
        INSERT INTO person_version (person_id, version, kind, name, name_folded, key_id, identity, identity_index,
                                    phone, phone_index, address, email, email_index, recorded_at)
        SELECT u.person_id, u.version, u.kind, u.name, u.name_folded, u.key_id, u.identity, u.identity_index,
               u.phone, u.phone_index, u.address, u.email, u.email_index, v_recorded[u.member]
          FROM unnest(p_persons) u WHERE v_word[u.member] IS NULL ORDER BY 1, 2;
    END IF;
    IF cardinality(p_parts) > 0 THEN
        INSERT INTO dossier_person (dossier_id, part, ordinal, person_id, version)
        SELECT v_ids[u.member], u.part, u.ordinal, u.person_id, u.version
          FROM unnest(p_parts) u WHERE v_word[u.member] IS NULL
        ON CONFLICT (dossier_id, part, ordinal)
        DO UPDATE SET person_id = excluded.person_id, version = excluded.version;
    END IF;
    IF cardinality(p_remarks) > 0 THEN
        INSERT INTO remark (id, dossier_id, text, recorded_at)
        SELECT u.id, v_ids[u.member], u.text, v_recorded[u.member]
          FROM unnest(p_remarks) u WHERE v_word[u.member] IS NULL;
    END IF;

    IF cardinality(p_facts) > 0 THEN
        SELECT count(*) INTO v_found FROM unnest(p_facts) u WHERE u.operation > 0 AND v_word[u.member] IS NULL;
        IF v_found > 0 THEN
            -- One statement for both, so that no row is touched twice.
            UPDATE dossier_fact f
               SET known_to = CASE u.operation WHEN 2 THEN u.known_at ELSE f.known_to END,
                   valid_to = CASE u.operation WHEN 1 THEN u.valid_to ELSE f.valid_to END,
                   valid_to_known_at = CASE u.operation WHEN 1 THEN u.known_at ELSE f.valid_to_known_at END
              FROM unnest(p_facts) u
             CROSS JOIN LATERAL (SELECT x.ctid AS place FROM dossier_fact x WHERE x.dossier_id = v_ids[u.member]
                                    AND x.valid_from = u.valid_from AND x.known_to = 'infinity' OFFSET 0) x
             WHERE f.ctid = x.place AND u.operation > 0 AND v_word[u.member] IS NULL;
            GET DIAGNOSTICS k = ROW_COUNT;
            IF k <> v_found THEN
                RAISE EXCEPTION '% facts to change, % found', v_found, k USING ERRCODE = 'VD013';
            END IF;
        END IF;
        INSERT INTO dossier_fact (dossier_id, valid_from, valid_to, known_from,
            filed_office_id, office_id, field_id, procedure_id, channel, received_at, received_on, due_at, due_on,
            due_is_instant, ended_at, ended_on, outcome, judgement, is_waiting, was_overdue_before_wait,
            verdict, at_fault_office_id, letter_timing, is_letter_owed, due_original_at, due_original_on,
            due_original_is_instant, due_reappointed_at, due_reappointed_on)
        SELECT v_ids[u.member], u.valid_from, u.valid_to, u.known_at,
               u.filed_office_id, u.office_id, u.field_id, u.procedure_id, u.channel, u.received_at, u.received_on, u.due_at,
               u.due_on, u.due_is_instant, u.ended_at, u.ended_on, u.outcome, u.judgement, u.is_waiting,
               u.was_overdue_before_wait, u.verdict, u.at_fault_office_id, u.letter_timing, u.is_letter_owed, u.due_original_at,
               u.due_original_on, u.due_original_is_instant, u.due_reappointed_at, u.due_reappointed_on
          FROM unnest(p_facts) u WHERE u.operation = 0 AND v_word[u.member] IS NULL;
    END IF;

    IF cardinality(p_stays) > 0 THEN
        -- A dossier from before there were stays gets all of them at once, from its events (setting.has_stays).
        IF NOT has_stays THEN
            v_without := ARRAY(SELECT DISTINCT u.member FROM unnest(p_stays) u WHERE u.operation > 0 AND NOT EXISTS (
                SELECT FROM stay x WHERE x.dossier_id = v_ids[u.member] AND x.entered_at = u.entered_at AND x.known_to = 'infinity'));
        END IF;
        SELECT count(*) INTO v_found FROM unnest(p_stays) u
         WHERE u.operation > 0 AND v_word[u.member] IS NULL AND u.member <> ALL (v_without);
        IF v_found > 0 THEN
            UPDATE stay f
               SET known_to = CASE u.operation WHEN 2 THEN u.known_at ELSE f.known_to END,
                   left_at = CASE u.operation WHEN 1 THEN u.left_at ELSE f.left_at END,
                   left_known_at = CASE u.operation WHEN 1 THEN u.known_at ELSE f.left_known_at END,
                   is_last = CASE u.operation WHEN 1 THEN u.is_last ELSE f.is_last END,
                   is_over = CASE u.operation WHEN 1 THEN u.is_over ELSE f.is_over END,
                   used_minutes = CASE u.operation WHEN 1 THEN u.used_minutes ELSE f.used_minutes END
              FROM unnest(p_stays) u
             CROSS JOIN LATERAL (SELECT x.ctid AS place FROM stay x WHERE x.dossier_id = v_ids[u.member]
                                    AND x.entered_at = u.entered_at AND x.known_to = 'infinity' OFFSET 0) x
             WHERE f.ctid = x.place AND u.operation > 0 AND v_word[u.member] IS NULL AND u.member <> ALL (v_without);
            GET DIAGNOSTICS k = ROW_COUNT;
            IF k <> v_found THEN
                RAISE EXCEPTION '% stays to change, % found', v_found, k USING ERRCODE = 'VD013';
            END IF;
        END IF;
        INSERT INTO stay (dossier_id, entered_at, left_at, known_from, case_id, step, office_id, officer_id, is_last, is_waiting,
                          is_over, budget_minutes, used_minutes)
        SELECT v_ids[u.member], u.entered_at, u.left_at, u.known_at, u.case_id, u.step, u.office_id, u.officer_id, u.is_last,
               u.is_waiting, u.is_over, u.budget_minutes, u.used_minutes
          FROM unnest(p_stays) u WHERE u.operation = 0 AND v_word[u.member] IS NULL AND u.member <> ALL (v_without);
    END IF;

    IF cardinality(p_letters) > 0 THEN
        -- Updates first: a live letter may lapse in the decision that drafts the next.
        UPDATE letter l SET state = coalesce(u.state, l.state),
               at_fault_office_id = coalesce(u.at_fault_office_id, -- drafted anew, it may name nobody
                                             CASE WHEN NOT (u.is_unsigned AND u.data IS NOT NULL) THEN l.at_fault_office_id END),
               form = coalesce(u.form, l.form), template_version = coalesce(u.template_version, l.template_version),
               data = coalesce(u.data, l.data),
               content_hash = coalesce(u.content_hash, CASE WHEN NOT u.is_unsigned THEN l.content_hash END),
               signer_id = coalesce(u.signer_id, CASE WHEN NOT u.is_unsigned THEN l.signer_id END),
               signed_at = coalesce(u.signed_at, CASE WHEN NOT u.is_unsigned THEN l.signed_at END),
               register_office_id = coalesce(u.register_office_id, l.register_office_id),
               register_year = coalesce(u.register_year, l.register_year),
               register_symbol = coalesce(u.register_symbol, l.register_symbol),
               number = coalesce(v_numbers[array_position(v_letters, u.id)], l.number),
               numbered_at = coalesce(u.numbered_at, l.numbered_at), issued_at = coalesce(u.issued_at, l.issued_at),
               latest_at = coalesce(u.latest_at, l.latest_at), timing = coalesce(u.timing, l.timing),
               blob_sha256 = coalesce(u.blob_sha256, l.blob_sha256),
               public_token = coalesce(u.public_token, l.public_token),
               is_after_due = coalesce(u.is_after_due, l.is_after_due),
               reappointed_at = coalesce(u.reappointed_at, -- likewise, and promise nothing
                                         CASE WHEN NOT (u.is_unsigned AND u.data IS NOT NULL) THEN l.reappointed_at END)
          FROM unnest(p_letters) u
         CROSS JOIN LATERAL (SELECT x.ctid AS place FROM letter x WHERE x.id = u.id OFFSET 0) x
         WHERE l.ctid = x.place AND u.operation = 1 AND v_word[u.member] IS NULL;
        INSERT INTO letter (id, dossier_id, trigger, state, author_office_id, at_fault_office_id, form, template_version,
            data, content_hash, signer_id, signed_at, register_office_id, register_year, register_symbol, number,
            numbered_at, issued_at, latest_at, timing, blob_sha256, public_token, is_after_due, reappointed_at, recorded_at)
        SELECT u.id, v_ids[u.member], u.trigger, u.state, u.author_office_id, u.at_fault_office_id, u.form,
               coalesce(u.template_version, ''), u.data, u.content_hash, u.signer_id, u.signed_at,
               u.register_office_id, u.register_year, u.register_symbol,
               v_numbers[array_position(v_letters, u.id)], u.numbered_at, u.issued_at, u.latest_at,
               coalesce(u.timing, 'none'), u.blob_sha256, u.public_token, coalesce(u.is_after_due, false),
               u.reappointed_at, v_recorded[u.member]
          FROM unnest(p_letters) u WHERE u.operation = 0 AND v_word[u.member] IS NULL;
        INSERT INTO register_entry (office_id, year, symbol, number, letter_id, entered_at, is_typed)
        SELECT u.register_office_id, u.register_year, u.register_symbol,
               v_numbers[array_position(v_letters, u.id)], u.id, v_recorded[u.member], u.number IS NOT NULL
          FROM unnest(p_letters) u
         WHERE (u.wants_number OR u.number IS NOT NULL) AND v_word[u.member] IS NULL ORDER BY 1, 2, 3, 4;
        UPDATE register_entry e SET voided_at = v_recorded[u.member], void_reason = u.void_reason
          FROM unnest(p_letters) u
         CROSS JOIN LATERAL (SELECT x.ctid AS place FROM register_entry x WHERE x.letter_id = u.id OFFSET 0) x
         WHERE e.ctid = x.place AND u.void_reason IS NOT NULL AND e.voided_at IS NULL AND v_word[u.member] IS NULL;
    END IF;
    IF cardinality(p_revisions) > 0 THEN
        INSERT INTO letter_revision (letter_id, ordinal, sha256, way, subject, issuer, serial, is_trusted, signed_at, recorded_at)
        SELECT u.letter_id, u.ordinal, u.sha256, u.way, u.subject, u.issuer, u.serial, u.is_trusted, u.signed_at, v_recorded[u.member]
          FROM unnest(p_revisions) u WHERE v_word[u.member] IS NULL;
    END IF;
    IF cardinality(p_attachments) > 0 THEN
        INSERT INTO attachment (dossier_id, number, purpose, component, handling, name, sha256, size, type, officer_id,
                                attached_at, recorded_at)
        SELECT v_ids[u.member], u.number, u.purpose, u.component, u.handling, u.name, u.sha256, u.size, u.type, u.officer_id,
               u.attached_at, v_recorded[u.member]
          FROM unnest(p_attachments) u WHERE u.detached_at IS NULL AND v_word[u.member] IS NULL;
        UPDATE attachment a SET detached_at = u.detached_at
          FROM unnest(p_attachments) u
         WHERE a.dossier_id = v_ids[u.member] AND a.number = u.number AND u.detached_at IS NOT NULL AND v_word[u.member] IS NULL;
    END IF;
    IF cardinality(p_addressees) > 0 THEN
        INSERT INTO letter_addressee (letter_id, ordinal, person_id, person_version, delivery, state, changed_at, proof)
        SELECT u.letter_id, u.ordinal, u.person_id, u.person_version, u.delivery, u.state,
               v_recorded[u.member], coalesce(u.proof, '')
          FROM unnest(p_addressees) u WHERE v_word[u.member] IS NULL
        ON CONFLICT (letter_id, ordinal) DO UPDATE
           SET delivery = excluded.delivery, state = excluded.state, changed_at = excluded.changed_at,
               proof = coalesce(nullif(excluded.proof, ''), letter_addressee.proof);
    END IF;
    IF cardinality(p_outbox) > 0 THEN
        -- A notice (payload JSON with person and from) that was not sent yet is superseded by a newer one of its kind to the
        -- same person, which then tells the change from what that person was told last.
        WITH notice AS (
            SELECT u.kind, v_ids[u.member] AS dossier_id, u.payload::jsonb -> 'person' AS person, v_recorded[u.member] AS at
              FROM unnest(p_outbox) u WHERE v_word[u.member] IS NULL AND u.kind LIKE 'notice\_%'
        ), untold AS (
            UPDATE outbox o SET state = 'cancelled', changed_at = w.at FROM notice w
             WHERE o.dossier_id = w.dossier_id AND o.dossier_id = ANY (v_ids) AND o.state = 'waiting' AND o.kind = w.kind
               AND o.payload::jsonb -> 'person' = w.person
            RETURNING o.dossier_id, o.kind, w.person, o.payload::jsonb -> 'from' AS "from"
        )
        INSERT INTO outbox (kind, dossier_id, letter_id, payload, not_before, recorded_at)
        SELECT u.kind, v_ids[u.member], u.letter_id,
               CASE WHEN p.person IS NULL THEN coalesce(u.payload, '')
                    ELSE (u.payload::jsonb || jsonb_build_object('from', p."from"))::text END,
               coalesce(u.not_before, '-infinity'), v_recorded[u.member]
          FROM unnest(p_outbox) WITH ORDINALITY u LEFT JOIN untold p ON p.dossier_id = v_ids[u.member] AND p.kind = u.kind
           AND p.person = CASE WHEN u.kind LIKE 'notice\_%' THEN u.payload::jsonb -> 'person' END
         WHERE v_word[u.member] IS NULL ORDER BY ordinality;
    END IF;

    IF cardinality(p_deadlines) > 0 THEN
        -- Rows that stand as they were are left alone, one that became another is changed where it is: mostly its officer,
        -- whom no index knows. The row without a kind looks for those of its dossier that nobody named.
        WITH want AS MATERIALIZED (
            SELECT v_ids[u.member] AS dossier_id, u.*, x.place, x.is_other,
                   coalesce(array_agg(x.place) FILTER (WHERE x.place IS NOT NULL) OVER (PARTITION BY u.member), '{}') AS places
              FROM unnest(p_deadlines) u
              LEFT JOIN LATERAL (
                   SELECT x.ctid AS place, (x.from_at, x.due_at, x.due_on, x.is_instant, x.office_id, x.officer_id)
                          IS DISTINCT FROM (u.from_at, u.due_at, u.due_on, u.is_instant, u.office_id, u.officer_id) AS is_other
                     FROM dossier_deadline x
                    WHERE x.dossier_id = v_ids[u.member] AND x.kind = u.kind AND x.ordinal = u.ordinal OFFSET 0) x ON true
             WHERE v_word[u.member] IS NULL
        ), gone AS (
            DELETE FROM dossier_deadline x
             USING want w CROSS JOIN LATERAL (SELECT x.ctid AS place FROM dossier_deadline x
                                               WHERE x.dossier_id = w.dossier_id AND x.ctid <> ALL (w.places) OFFSET 0) y
             WHERE x.ctid = y.place AND w.kind IS NULL
        ), changed AS (
            UPDATE dossier_deadline x
               SET from_at = w.from_at, due_at = w.due_at, due_on = w.due_on, is_instant = w.is_instant, office_id = w.office_id,
                   officer_id = w.officer_id
              FROM want w WHERE x.ctid = w.place AND w.is_other
        )
        INSERT INTO dossier_deadline (dossier_id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id)
        SELECT w.dossier_id, w.kind, w.ordinal, w.from_at, w.due_at, w.due_on, w.is_instant, w.office_id, w.officer_id
          FROM want w WHERE w.place IS NULL AND w.kind IS NOT NULL;
    END IF;

    IF cardinality(p_obligations) > 0 THEN
        INSERT INTO letter_obligation (dossier_id, ordinal, trigger, state, waiver, office_id, at_fault_office_id, owed_at, latest_at,
                                       letter_id, timing, recorded_at)
        SELECT v_ids[u.member], u.ordinal, u.trigger, u.state, u.waiver, u.office_id, u.at_fault_office_id, u.owed_at, u.latest_at,
               u.letter_id, u.timing, v_recorded[u.member]
          FROM unnest(p_obligations) u WHERE v_word[u.member] IS NULL
        ON CONFLICT (dossier_id, ordinal) DO UPDATE
           SET state = excluded.state, waiver = excluded.waiver, office_id = excluded.office_id,
               at_fault_office_id = excluded.at_fault_office_id, latest_at = excluded.latest_at,
               letter_id = excluded.letter_id, timing = excluded.timing, recorded_at = excluded.recorded_at;
    END IF;
    IF cardinality(p_episodes) > 0 THEN
        INSERT INTO late_episode (dossier_id, step, from_at, to_at, office_id, officer_id, calendar_days, working_days,
                                  corrected_seq, recorded_at)
        SELECT v_ids[u.member], u.step, u.from_at, u.to_at, u.office_id, u.officer_id, u.calendar_days, u.working_days,
               u.corrected_seq, v_recorded[u.member]
          FROM unnest(p_episodes) u WHERE v_word[u.member] IS NULL
        ON CONFLICT (dossier_id, step, from_at) DO UPDATE
           SET to_at = excluded.to_at, office_id = excluded.office_id, officer_id = excluded.officer_id,
               calendar_days = excluded.calendar_days, working_days = excluded.working_days,
               corrected_seq = excluded.corrected_seq, recorded_at = excluded.recorded_at;
    END IF;

    IF cardinality(p_counters) > 0 THEN
        INSERT INTO counter_tail
        SELECT u.day, u.office_id, u.field_id,
               coalesce(sum(u.delta) FILTER (WHERE u.counter = 0), 0), coalesce(sum(u.delta) FILTER (WHERE u.counter = 1), 0),
               coalesce(sum(u.delta) FILTER (WHERE u.counter = 2), 0), coalesce(sum(u.delta) FILTER (WHERE u.counter = 3), 0),
               coalesce(sum(u.delta) FILTER (WHERE u.counter = 4), 0), coalesce(sum(u.delta) FILTER (WHERE u.counter = 5), 0),
               coalesce(sum(u.delta) FILTER (WHERE u.counter = 6), 0), coalesce(sum(u.delta) FILTER (WHERE u.counter = 7), 0),
               coalesce(sum(u.delta) FILTER (WHERE u.counter = 8), 0), coalesce(sum(u.delta) FILTER (WHERE u.counter = 9), 0)
          FROM unnest(p_counters) u WHERE v_word[u.member] IS NULL GROUP BY u.day, u.office_id, u.field_id;
    END IF;

    INSERT INTO feed (recorded_at, dossier_ids, holders_before, pendings_before)
    SELECT max(m.recorded), array_agg(m.id), array_agg(m.holder), array_agg(m.pending)
      FROM (SELECT u.recorded, u.id, u.holder, u.pending FROM unnest(v_ids, v_word, v_recorded, v_holder, v_pending) u (id, word, recorded, holder, pending)
             WHERE u.word IS NULL ORDER BY u.id) m
    HAVING count(*) > 0;

    RETURN QUERY SELECT x.o::integer, coalesce(x.word, 'applied'), x.seq, coalesce(x.code, x.given), x.number, x.chain,
                        x.first_dossier, x.first_seq, x.first_status, x.same
      FROM unnest(v_word, v_seq, v_code, v_given, v_number, v_chain, v_first_dossier, v_first_seq, v_first_status, v_same_body)
           WITH ORDINALITY x (word, seq, code, given, number, chain, first_dossier, first_seq, first_status, same, o) ORDER BY x.o;
END $$;
