-- Included by each test: pgTAP, and short ways to write a decision.
\set QUIET 1
\set ON_ERROR_STOP 1
\pset format unaligned
\pset tuples_only true
\pset pager off
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE FUNCTION pg_temp.member(j jsonb) RETURNS apply_member LANGUAGE sql AS $$
    SELECT jsonb_populate_record(NULL::apply_member, '{"expected_version": 0, "state": "received", "national_status": 2,
        "step": 1, "due_is_instant": false, "outcome": "none", "judgement": "none", "is_waiting": false, "warning": "fine",
        "verdict": "none", "letter_state": "none", "is_imported": false, "is_adopted": false, "is_mistake": false,
        "last_at": "2022-08-30T03:00:00Z", "last_recorded_at": "2022-08-30T03:00:00Z"}'::jsonb || j) $$;
CREATE FUNCTION pg_temp.event(p_member integer, p_text text, p_letter bigint DEFAULT NULL) RETURNS apply_event LANGUAGE sql AS $$
    SELECT ROW(p_member, '2022-08-30T03:00:00Z', '2022-08-30T03:00:00Z', 1, 'accept',
               convert_to(p_text || E'\n', 'UTF8'), p_letter)::apply_event $$;
CREATE FUNCTION pg_temp.letter(p_member integer, j jsonb) RETURNS apply_letter LANGUAGE sql AS $$
    SELECT jsonb_populate_record(NULL::apply_letter, jsonb_build_object('member', p_member, 'operation', 0, 'trigger',
        'lateness', 'is_unsigned', false, 'wants_number', false) || j) $$;
CREATE FUNCTION pg_temp.fact(p_member integer, j jsonb) RETURNS apply_fact LANGUAGE sql AS $$
    SELECT jsonb_populate_record(NULL::apply_fact, jsonb_build_object('member', p_member, 'operation', 0, 'valid_to', 'infinity',
        'received_at', '2022-08-30T03:00:00Z', 'received_on', '2022-08-30', 'due_is_instant', false, 'due_original_is_instant', false, 'outcome', 'none',
        'judgement', 'none', 'is_waiting', false, 'was_overdue_before_wait', false, 'verdict', 'none',
        'letter_timing', 'none', 'is_letter_owed', false) || j) $$;
-- Applies one batch; what a test does not name is empty.
CREATE FUNCTION pg_temp.apply(members apply_member[], events apply_event[], facts apply_fact[] DEFAULT '{}',
    counters apply_counter[] DEFAULT '{}', letters apply_letter[] DEFAULT '{}', at timestamptz DEFAULT '2022-08-30T03:00:00Z',
    deadlines apply_deadline[] DEFAULT '{}', obligations apply_obligation[] DEFAULT '{}', episodes apply_episode[] DEFAULT '{}',
    revisions apply_revision[] DEFAULT '{}', attachments apply_attachment[] DEFAULT '{}', stays apply_stay[] DEFAULT '{}')
RETURNS TABLE (member integer, result text, version integer, code text, number bigint, hash bytea, first_dossier bigint,
               first_seq integer, first_status integer, is_same_body boolean)
LANGUAGE sql AS $$
    SELECT * FROM apply_decisions(at, members, events, facts, counters, letters, '{}', '{}', '{}', '{}', '{}', deadlines,
        obligations, episodes, revisions, attachments, stays) $$;
