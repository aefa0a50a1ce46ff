-- dossier_search(offices, folded text for LIKE, code for LIKE, blind indexes, limit, now, folded text) -> dossiers by code, name or number
-- (dossier_find), newest first
SELECT d.id, d.code, d.state, d.national_status, d.case_id, d.field_id, d.holder_office_id, d.holder_officer_id, d.step,
       d.channel, d.received_at, d.due_at, d.due_is_instant, d.ended_at, warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, $6::timestamptz) AS warning, d.judgement,
       d.pending_office_id IS NOT NULL AS is_pending, d.letter_state, d.version, v.name, d.source,
       coalesce(d.due_at, 'infinity'::timestamptz) AS sort_at, d.risk_at, d.certain_at, d.late_at
  FROM dossier_find($1::bigint[], $2::text, $3::text, $4::bytea[], $5::integer, $7::text) AS x (id)
 CROSS JOIN LATERAL (SELECT d.* FROM dossier d WHERE d.id = x.id OFFSET 0) d
  LEFT JOIN LATERAL (SELECT v.name FROM person_version v WHERE v.person_id = d.applicant_id AND v.version = d.applicant_version OFFSET 0) v ON true
 ORDER BY d.id DESC
