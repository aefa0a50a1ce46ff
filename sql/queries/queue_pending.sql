-- queue_pending(offices, officer, state, warning, case, field, channel, due_to, after_due, after_id, limit,
-- judgement, source, due_from, received_from, received_to, now)
-- -> dossiers handed over to these offices and not yet taken over, by promise.
SELECT d.id, d.code, d.state, d.national_status, d.case_id, d.field_id, d.holder_office_id, d.holder_officer_id, d.step,
       d.channel, d.received_at, d.due_at, d.due_is_instant, d.ended_at, warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, $17::timestamptz) AS warning, d.judgement,
       d.pending_office_id IS NOT NULL AS is_pending, d.letter_state, d.version, v.name, d.source,
       coalesce(d.due_at, 'infinity'::timestamptz) AS sort_at, d.risk_at, d.certain_at, d.late_at
  FROM queue_pending_page($1::bigint[], $2::bigint, $3::text, $4::text, $5::bigint, $6::bigint, $7::smallint, $8::date, $9::timestamptz, $10::bigint,
       $11::integer, $12::text, $13::text, $14::date, $15::date, $16::date, $17::timestamptz) AS x (id)
 CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.id = x.id OFFSET 0) d
  LEFT JOIN LATERAL (SELECT v.name FROM person_version v WHERE v.person_id = d.applicant_id AND v.version = d.applicant_version OFFSET 0) v ON true
 ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT $11::integer
