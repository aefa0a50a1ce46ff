-- sweep_order(nights, closings, skipped, created_by, now, resumes) -> job, run and end of the last of the nights
-- Orders the sweep of nights, oldest first, each once for ever: the same night again gives the job that exists.
--   skipped  nights before the first of them that are not swept by themselves
--   resumes  the last one goes on if its job failed or was cancelled: somebody asks for it
CREATE OR REPLACE FUNCTION sweep_order(p_nights date[], p_closings timestamptz[], p_skipped integer, p_created_by bigint,
    p_now timestamptz, p_resumes boolean, OUT job_id bigint, OUT run_id bigint, OUT ended_at timestamptz)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE j job;
BEGIN
    FOR i IN 1 .. cardinality(p_nights) LOOP
        j := job_add('sweep', p_nights[i]::text, '{}', p_created_by, p_now);
        INSERT INTO sweep_run (office_id, night, as_of, started_at, job_id, nights_skipped)
        VALUES (0, p_nights[i], p_closings[i], p_now, j.id, CASE i WHEN 1 THEN p_skipped ELSE 0 END)
        ON CONFLICT (office_id, night) DO NOTHING;
    END LOOP;
    SELECT r.id, r.ended_at INTO run_id, ended_at FROM sweep_run r WHERE r.job_id = j.id;
    IF p_resumes AND ended_at IS NULL AND j.state IN ('failed', 'cancelled') THEN
        UPDATE job SET state = 'waiting', lease_until = '-infinity', attempts = 0, cancel_requested_at = NULL,
                       cancel_requested_by = NULL, error = NULL, result = NULL, ended_at = NULL
         WHERE id = j.id;
    END IF;
    job_id := j.id;
END $$;
