-- queue_mine(offices, officer, state, warning, case, field, channel, due_to, after_due, after_id, limit,
-- judgement, source, due_from, received_from, received_to, now,
-- away, away_offices, head_offices)
-- -> open dossiers whose work is mine, by promise: held by me or handed to me; held by somebody in whose place I stand at that office
-- (away and away_offices, pairwise); and at the offices whose head I am, what nobody in person holds who still works there.
SELECT d.id, d.code, d.state, d.national_status, d.case_id, d.field_id, d.holder_office_id, d.holder_officer_id, d.step,
       d.channel, d.received_at, d.due_at, d.due_is_instant, d.ended_at, warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, $17::timestamptz) AS warning, d.judgement,
       d.pending_office_id IS NOT NULL AS is_pending, d.letter_state, d.version, v.name, d.source,
       coalesce(d.due_at, 'infinity'::timestamptz) AS sort_at, d.risk_at, d.certain_at, d.late_at
  FROM dossier d
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE d.ended_at IS NULL AND d.holder_office_id = ANY ($1::bigint[])
   AND (d.holder_officer_id = $2::bigint OR d.pending_officer_id = $2::bigint
        OR EXISTS (SELECT FROM unnest($18::bigint[], $19::bigint[]) AS s (officer, office)
                    WHERE (s.officer, s.office) IN ((d.holder_officer_id, d.holder_office_id), (d.pending_officer_id, d.pending_office_id)))
        OR (d.holder_office_id = ANY ($20::bigint[])
            AND NOT EXISTS (SELECT FROM officer_role x JOIN officer o ON o.id = x.officer_id
                             WHERE x.officer_id = d.holder_officer_id AND x.office_id = d.holder_office_id AND x.ended_on IS NULL AND o.valid_to IS NULL)))
   AND queue_passes(d, NULL, $3::text, $4::text, $5::bigint, $6::bigint, $7::smallint, $8::date, $12::text, $13::text, $14::date,
                    $15::date, $16::date, $17::timestamptz)
   AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > ($9::timestamptz, $10::bigint)
 ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT $11::integer
