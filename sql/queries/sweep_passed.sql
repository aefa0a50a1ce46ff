-- sweep_passed(job, fence, real_now, lease_until, done, total, next chunk, cursor_at, cursor_id, seen, warned, certain,
-- flagged, letters, lapsed, escalated, failed, work_us, dossiers, did, errors, now, retry_at) -> is it to stop? No row: it
-- went to another. The figures of a chunk, what was done to whom, and the chunk that follows, in one transaction: so a
-- kill anywhere neither loses nor counts anything twice.
WITH mine AS (
    UPDATE job SET lease_until = $4::timestamptz, touched_at = $3::timestamptz, attempts = 0, done = $5::bigint, total = $6::bigint
     WHERE id = $1::bigint AND fence = $2::bigint AND state = 'running'
    RETURNING id, cancel_requested_at IS NOT NULL AS is_cancel_requested
), run AS (
    UPDATE sweep_run r
       SET chunk = $7::bigint[], cursor_at = $8::timestamptz, cursor_id = $9::bigint, seen = seen + $10::integer,
           warned = warned + $11::integer, certain = certain + $12::integer, flagged = flagged + $13::integer,
           letters = letters + $14::integer, lapsed = lapsed + $15::integer, escalated = escalated + $16::integer,
           failed = failed + $17::integer, work_us = work_us + $18::bigint
      FROM mine WHERE r.job_id = mine.id
    RETURNING r.id
), item AS (
    INSERT INTO sweep_item AS i (run_id, dossier_id, did, competent_office_id, verdict, at_fault_office_id, due_at, error)
    SELECT run.id, d.id, string_to_array(u.did, ' '), d.competent_office_id, d.verdict, d.at_fault_office_id, d.due_at, u.error
      FROM run CROSS JOIN unnest($19::bigint[], $20::text[], $21::text[]) u (dossier_id, did, error)
      JOIN dossier d ON d.id = u.dossier_id
    ON CONFLICT (run_id, dossier_id) DO UPDATE
       SET did = i.did || excluded.did, verdict = excluded.verdict, error = coalesce(excluded.error, i.error)
)
SELECT mine.is_cancel_requested,
       (SELECT alarm_failure_note(array_agg(u.dossier_id), array_agg(u.error), $22::timestamptz, $23::timestamptz)
          FROM unnest($19::bigint[], $21::text[]) u (dossier_id, error) WHERE u.error IS NOT NULL) AS noted
  FROM mine
