-- An assignment as one plpgsql function per dossier: what tools/bench/clerks.py is held against. The same work: session,
-- repetition, events and persons are read; event, idempotency row, caches, stay, the officer of two deadlines, log of reads
-- and feed written. An assignment changes no fact.
-- bench_dossier numbers the dossiers of the newest intake: those without any event since.
DROP TABLE IF EXISTS bench_dossier;
CREATE TABLE bench_dossier AS
SELECT (row_number() OVER (ORDER BY id) - 1)::integer AS place, id, code FROM dossier WHERE version = 1;
ANALYZE bench_dossier;
CREATE UNIQUE INDEX bench_dossier_place ON bench_dossier (place);
CREATE UNIQUE INDEX bench_dossier_code ON bench_dossier (code);

CREATE OR REPLACE FUNCTION bench_assign(p_place integer, p_key text) RETURNS integer
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    d dossier; w stay; v_id bigint; v_code text; v integer; b bytea; h bytea; v_at timestamptz; v_offset bigint; v_epoch bigint; v_read bytea[];
    v_names text[]; v_officer bigint;
BEGIN
    SELECT id, code INTO v_id, v_code FROM bench_dossier WHERE place = p_place;
    SELECT s.officer_id, st.epoch, st.clock_offset_us INTO v_officer, v_epoch, v_offset
      FROM session s CROSS JOIN setting st WHERE s.token_hash = (SELECT token_hash FROM session LIMIT 1) AND s.expires_at > clock_timestamp();
    PERFORM FROM idempotency_key i JOIN dossier_code c ON c.dossier_id = i.dossier_id
     WHERE i.principal = v_officer AND i.key = p_key;
    SELECT array_agg(e.bytes ORDER BY e.seq) INTO v_read
      FROM dossier_code c JOIN event e ON e.dossier_id = c.dossier_id WHERE c.code = v_code;
    SELECT array_agg(p.part || pv.name) INTO v_names
      FROM dossier_code c JOIN dossier_person p ON p.dossier_id = c.dossier_id
      JOIN person_version pv ON pv.person_id = p.person_id AND pv.version = p.version WHERE c.code = v_code;

    SELECT * INTO d FROM dossier WHERE id = v_id FOR NO KEY UPDATE;
    IF d.id IS NULL OR (SELECT epoch FROM setting) <> v_epoch THEN
        RAISE EXCEPTION 'stale';
    END IF;
    v := d.version + 1;
    v_at := clock_timestamp() + v_offset * interval '1 us';
    INSERT INTO idempotency_key (principal, key, body_hash, dossier_id, seq, status, created_at)
    VALUES (v_officer, p_key, sha256(p_key::bytea), v_id, v, 200, clock_timestamp());
    b := convert_to(format(E'motcua-event 1\ndossier %s\nat %s\nrecorded_at %s\nactor %s\naction assign\nto_officer %s\nseq %s\n',
        v_id, (extract(epoch FROM v_at) * 1000000)::bigint, (extract(epoch FROM v_at) * 1000000)::bigint, v_officer,
        10 + v % 2, v), 'UTF8');
    h := sha256(d.chain || b);
    INSERT INTO event (dossier_id, seq, at, recorded_at, actor_id, action, bytes, hash)
    VALUES (v_id, v, v_at, v_at, v_officer, 'assign', b, h);
    UPDATE dossier SET version = v, chain = h, holder_officer_id = 10 + v % 2, last_at = v_at, last_recorded_at = v_at
     WHERE id = v_id;
    UPDATE stay SET left_at = v_at, left_known_at = v_at, used_minutes = 0 WHERE dossier_id = v_id AND left_at = 'infinity' AND known_to = 'infinity'
    RETURNING * INTO w;
    INSERT INTO stay (dossier_id, entered_at, left_at, known_from, case_id, step, office_id, officer_id, is_last, is_waiting,
                      is_over, budget_minutes, used_minutes)
    VALUES (v_id, v_at, 'infinity', v_at, w.case_id, w.step, w.office_id, 10 + v % 2, w.is_last, w.is_waiting, w.is_over,
            w.budget_minutes, 0);
    UPDATE dossier_deadline SET officer_id = 10 + v % 2 WHERE dossier_id = v_id;
    INSERT INTO read_log (at, officer_id, what, dossier_id, trace) VALUES (clock_timestamp(), v_officer, 'act', v_id, p_key);
    INSERT INTO feed (recorded_at, dossier_ids) VALUES (clock_timestamp(), ARRAY[v_id]);
    RETURN v;
END $$;
