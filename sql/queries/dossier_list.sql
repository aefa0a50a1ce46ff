-- dossier_list(offices, holder office, officer, state, warning, procedure, field, channel, due_to, kind, after_due,
-- after_id, limit) -> dossiers by promise. kind: holder (lies with the offices), pending (handed over to them),
-- return (result waits at their counter), any (theirs in any way), late
SELECT d.id, d.code, d.state, d.national_status, d.case_id, d.field_id, d.holder_office_id, d.holder_officer_id, d.step,
       d.channel, d.received_at, d.due_at, d.due_is_instant, d.ended_at, d.warning, d.judgement,
       d.pending_office_id IS NOT NULL AS is_pending, d.letter_state, d.version, v.name, d.source,
       coalesce(d.due_at, 'infinity'::timestamptz) AS sort_at
  FROM dossier d
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE NOT d.is_mistake
   AND CASE $10::text
         WHEN 'holder' THEN d.ended_at IS NULL AND d.holder_office_id = ANY ($1::bigint[])
         WHEN 'pending' THEN d.pending_office_id = ANY ($1::bigint[])
         WHEN 'return' THEN d.state = 'done' AND d.supervising_office_id = ANY ($1::bigint[])
         WHEN 'late' THEN d.ended_at IS NULL AND d.warning IN ('at_risk', 'certain', 'overdue')
                          AND ($1::bigint[] IS NULL OR d.holder_office_id = ANY ($1::bigint[])
                               OR d.competent_office_id = ANY ($1::bigint[]) OR d.supervising_office_id = ANY ($1::bigint[]))
         ELSE $1::bigint[] IS NULL OR d.holder_office_id = ANY ($1::bigint[]) OR d.competent_office_id = ANY ($1::bigint[])
              OR d.supervising_office_id = ANY ($1::bigint[]) OR d.filed_office_id = ANY ($1::bigint[])
       END
   AND ($2::bigint IS NULL OR d.holder_office_id = $2::bigint)
   AND ($3::bigint IS NULL OR d.holder_officer_id = $3::bigint OR d.pending_officer_id = $3::bigint)
   AND ($4::text IS NULL OR d.state = $4::text)
   AND ($5::text IS NULL OR d.warning = $5::text)
   AND ($6::bigint IS NULL OR d.case_id = $6::bigint)
   AND ($7::bigint IS NULL OR d.field_id = $7::bigint)
   AND ($8::smallint IS NULL OR d.channel = $8::smallint)
   AND ($9::date IS NULL OR d.due_on <= $9::date)
   AND (coalesce(d.due_at, 'infinity'::timestamptz), d.id) > ($11::timestamptz, $12::bigint)
 ORDER BY coalesce(d.due_at, 'infinity'::timestamptz), d.id LIMIT $13::integer
