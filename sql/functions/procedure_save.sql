-- procedure_save(epoch, key, first day, version as JSON, text of the version before, officer, source, reason, at)
--   -> result: saved | stale_epoch | in_use; id of the change
-- Makes a version of a procedure, in force from a day on: the one in force on that day ends the day before, the new one
-- lasts as long as that would have. One that begins on the same day is replaced, unless dossiers have it. What the version
-- says was checked by the core on reference data of `epoch`; dossiers keep the case they were received under.
-- Source: law:procedure-version.
CREATE OR REPLACE FUNCTION procedure_save(p_epoch bigint, p_key text, p_on date, p_version text, p_before text, p_actor bigint,
    p_source text, p_reason text, p_at timestamptz)
RETURNS TABLE (result text, change bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    d      jsonb := p_version::jsonb;
    c      jsonb;
    v_old  procedure_version;
    v_to   date;
    v_id   bigint;
    v_case bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7401, 1); -- edits one after another, and after the batches under way (epoch_bump)
    IF (SELECT s.epoch FROM setting s) <> p_epoch THEN
        RETURN QUERY SELECT 'stale_epoch'::text, 0::bigint;
        RETURN;
    END IF;
    SELECT * INTO v_old FROM procedure_version v
     WHERE v.key = p_key AND v.valid_from <= p_on AND (v.valid_to IS NULL OR v.valid_to >= p_on);
    IF NOT FOUND THEN
        SELECT min(v.valid_from) - 1 INTO v_to FROM procedure_version v WHERE v.key = p_key AND v.valid_from > p_on;
    ELSIF v_old.valid_from < p_on THEN
        v_to := v_old.valid_to;
        UPDATE procedure_version v SET valid_to = p_on - 1 WHERE v.id = v_old.id;
    ELSE
        v_to := v_old.valid_to;
        IF EXISTS (SELECT FROM dossier x WHERE x.procedure_id = v_old.id) THEN
            RETURN QUERY SELECT 'in_use'::text, 0::bigint;
            RETURN;
        END IF;
        DELETE FROM procedure_step x USING procedure_case k WHERE x.case_id = k.id AND k.procedure_id = v_old.id;
        DELETE FROM procedure_component x USING procedure_case k WHERE x.case_id = k.id AND k.procedure_id = v_old.id;
        DELETE FROM procedure_case k WHERE k.procedure_id = v_old.id;
        DELETE FROM procedure_version v WHERE v.id = v_old.id;
    END IF;

    INSERT INTO procedure_version (key, national_code, name, field_id, level, competent_office_id, result_name, legal_basis,
        decision, supplement_effect, financial_effect, is_place_free, valid_from, valid_to)
    VALUES (p_key, coalesce(d->>'national_code', ''), d->>'name', (SELECT f.id FROM field f WHERE f.key = d->>'field'),
        coalesce(d->>'level', 'commune'), (SELECT o.id FROM office o WHERE o.key = d->>'competent_office'),
        coalesce(d->>'result_name', ''), coalesce(d->>'legal_basis', ''), coalesce(d->>'decision', ''),
        coalesce(d->>'supplement_effect', 'restart'), coalesce(d->>'financial_effect', 'resume'),
        coalesce((d->>'is_place_free')::boolean, false), p_on, v_to)
    RETURNING id INTO v_id;
    FOR c IN SELECT value FROM jsonb_array_elements(d->'cases') LOOP
        INSERT INTO procedure_case (procedure_id, key, name, time_limit, returns_at_once, fee_dong)
        VALUES (v_id, c->>'key', c->>'name', c->>'limit', coalesce((c->>'returns_at_once')::boolean, false),
                coalesce((c->>'fee_dong')::bigint, 0))
        RETURNING id INTO v_case;
        INSERT INTO procedure_component (case_id, seq, name, kind, copies, is_required)
        SELECT v_case, n, p->>'name', coalesce(p->>'kind', 'original'), coalesce((p->>'copies')::integer, 1),
               coalesce((p->>'is_required')::boolean, false)
          FROM jsonb_array_elements(c->'components') WITH ORDINALITY AS e (p, n);
        INSERT INTO procedure_step (case_id, seq, name, office, office_id, role, budget_minutes, least_minutes, is_decision)
        SELECT v_case, (s->>'number')::integer, s->>'name', s->>'office',
               (SELECT o.id FROM office o WHERE o.key = s->>'office_key'), s->>'role', (s->>'budget_minutes')::integer,
               (s->>'least_minutes')::integer, coalesce((s->>'is_decision')::boolean, false)
          FROM jsonb_array_elements(c->'steps') AS s;
    END LOOP;
    RETURN QUERY SELECT 'saved'::text, reference_change_add('procedure', p_key,
        CASE WHEN p_before = '' THEN 'add' ELSE 'new_version' END, p_on, p_actor, p_source, p_reason, p_before, p_version, p_at);
END $$;
