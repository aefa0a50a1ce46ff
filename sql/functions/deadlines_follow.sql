-- deadlines_follow(epoch, dossiers, deadlines) -> is_current, n_changed, n_missed
-- Brings what is cached of dossiers in line with the reference data of an epoch: deadlines, warning and alarm, which
-- no event carries. `member` of a deadline is the place of its dossier, from 1. A dossier with another version is
-- passed over and counted as missed; nothing is written where nothing differs.
--   is_current  false: the epoch is no longer the newest, and nothing was done
-- Errors: none of its own.
CREATE OR REPLACE FUNCTION deadlines_follow(p_epoch bigint, p_dossiers follow_dossier[], p_deadlines apply_deadline[])
RETURNS TABLE (is_current boolean, n_changed integer, n_missed integer)
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_all CONSTANT bigint[] := ARRAY(SELECT u.id FROM unnest(p_dossiers) WITH ORDINALITY u ORDER BY ordinality);
    v_ids bigint[]; -- as they were computed
    v_changed bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7401, 1); -- an edit waits for us, or we for it (epoch_bump)
    IF (SELECT s.epoch FROM setting s) <> p_epoch THEN
        RETURN QUERY SELECT false, 0, 0;
        RETURN;
    END IF;
    PERFORM 1 FROM dossier WHERE id = ANY (v_all) ORDER BY id FOR NO KEY UPDATE;
    v_ids := ARRAY(SELECT d.id FROM unnest(p_dossiers) u JOIN dossier d ON d.id = u.id AND d.id = ANY (v_all)
                     AND d.version = u.version);

    WITH wanted AS (
        SELECT v_all[u.member] AS id, u.* FROM unnest(p_deadlines) u WHERE v_all[u.member] = ANY (v_ids)
    ), differing AS (
        (SELECT dossier_id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id
           FROM dossier_deadline WHERE dossier_id = ANY (v_ids)
         EXCEPT SELECT id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id FROM wanted)
        UNION ALL
        (SELECT id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id FROM wanted
         EXCEPT SELECT dossier_id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id
           FROM dossier_deadline WHERE dossier_id = ANY (v_ids))
    )
    SELECT coalesce(array_agg(DISTINCT dossier_id), '{}') INTO v_changed FROM differing;
    DELETE FROM dossier_deadline WHERE dossier_id = ANY (v_changed);
    INSERT INTO dossier_deadline (dossier_id, kind, ordinal, from_at, due_at, due_on, is_instant, office_id, officer_id)
    SELECT v_all[u.member], u.kind, u.ordinal, u.from_at, u.due_at, u.due_on, u.is_instant, u.office_id, u.officer_id
      FROM unnest(p_deadlines) u WHERE v_all[u.member] = ANY (v_changed);

    UPDATE dossier d
       SET warning = u.warning, risk_at = u.risk_at, certain_at = u.certain_at, late_at = u.late_at,
           next_alarm_at = u.next_alarm_at
      FROM unnest(p_dossiers) u
     WHERE d.id = u.id AND d.id = ANY (v_ids)
       AND (d.warning, d.risk_at, d.certain_at, d.late_at, d.next_alarm_at)
           IS DISTINCT FROM (u.warning, u.risk_at, u.certain_at, u.late_at, u.next_alarm_at);
    RETURN QUERY SELECT true, cardinality(v_changed), cardinality(v_all) - cardinality(v_ids);
END $$;
