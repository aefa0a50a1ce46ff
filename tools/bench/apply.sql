-- The same hand-over as tools/bench/apply.c, as one function per dossier: what the committer is measured against.
CREATE OR REPLACE FUNCTION bench_transition(p_place bigint) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    d dossier; v integer; b bytea; h bytea; v_at timestamptz := clock_timestamp(); v_id bigint := 20220000000001 + p_place;
BEGIN
    SELECT * INTO d FROM dossier WHERE id = v_id FOR NO KEY UPDATE;
    IF d.id IS NULL OR (SELECT epoch FROM setting) <> 1 THEN
        RAISE EXCEPTION 'stale';
    END IF;
    v := d.version + 1;
    INSERT INTO idempotency_key (principal, key, body_hash, dossier_id, seq, status, created_at)
    VALUES (11, 'k' || p_place || '-' || v, decode(repeat('00', 32), 'hex'), v_id, v, 200, v_at);
    b := convert_to(format(E'motcua-event 1\ndossier %s\nat %s\nrecorded_at %s\nactor 10\naction forward\n%s\nseq %s\n',
        v_id, extract(epoch FROM v_at), extract(epoch FROM v_at), repeat('0', 160), v), 'UTF8');
    h := sha256(d.chain || b);
    INSERT INTO event (dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash)
    VALUES (v_id, v, v_at, v_at, 10, 'forward', b, h);
    UPDATE dossier SET version = v, chain = h, state = CASE WHEN v % 2 = 0 THEN 'processing' ELSE 'received' END,
           holder_office_id = 2 + v % 7, holder_officer_id = 10 + v % 50, due_at = v_at + (p_place % 200) * interval '1 h',
           next_alarm_at = v_at + (p_place % 200) * interval '1 h', last_at = v_at, last_recorded_at = v_at
     WHERE id = v_id;
    IF (v - 1) % 3 = 0 THEN
        UPDATE dossier_fact SET valid_to = v_at, valid_to_known_at = v_at
         WHERE dossier_id = v_id AND known_to = 'infinity' AND valid_to = 'infinity';
        INSERT INTO dossier_fact (dossier_id, valid_from, known_from, filed_office_id, office_id, field_id, procedure_id,
            channel, received_at, received_on, due_at, due_on, due_is_instant, outcome, judgement, is_waiting,
            was_overdue_before_wait, verdict, letter_timing, is_letter_owed)
        VALUES (v_id, v_at, v_at, 1, 2, 3, 4, 1, v_at, '2022-01-08', v_at, '2022-01-13', false, 'none', 'none', false,
            false, 'none', 'none', false);
        INSERT INTO counter_tail
        VALUES ('2022-01-08'::date + (p_place % 5)::integer, 2 + p_place % 20, 3 + p_place % 6, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0);
    END IF;
    IF (v - 1) % 2 = 0 THEN
        DELETE FROM dossier_deadline WHERE dossier_id = v_id;
        INSERT INTO dossier_deadline (dossier_id, kind, from_at, due_at, due_on, is_instant, office_id, officer_id)
        VALUES (v_id, 'supplement_notice', v_at, v_at + interval '3 d', '2022-01-13', false, 2 + v % 7, 10 + v % 50);
    END IF;
    INSERT INTO feed (recorded_at, dossier_ids) VALUES (v_at, ARRAY[v_id]);
    RETURN v;
END $$;
