-- dossier_search(offices, folded text, code, identity indexes, limit, now, folded code) -> dossiers by code, name or identity number
-- For a reader who is shown no names the text is NULL and there are no indexes; what was imported is then found by its whole code there.
WITH hit AS (
    SELECT c.dossier_id AS id FROM dossier_code c WHERE c.code = $3::text
    UNION
    (SELECT s.dossier_id FROM dossier_search s
      WHERE length($2::text) >= 2 AND s.search LIKE '%' || $2::text || '%' ORDER BY s.dossier_id DESC LIMIT 500)
    UNION
    SELECT s.dossier_id FROM dossier_search s JOIN dossier d ON d.id = s.dossier_id
     WHERE $2::text IS NULL AND s.search = $7::text AND d.source IS NOT NULL
    UNION
    (SELECT d.id FROM dossier d WHERE length($3::text) >= 4 AND d.code LIKE '%' || $3::text ORDER BY d.id DESC LIMIT 200)
    UNION
    SELECT p.dossier_id FROM person_version v JOIN dossier_person p ON p.person_id = v.person_id
     WHERE v.identity_index = ANY ($4::bytea[]) OR v.phone_index = ANY ($4::bytea[])
)
SELECT d.id, d.code, d.state, d.national_status, d.case_id, d.field_id, d.holder_office_id, d.holder_officer_id, d.step,
       d.channel, d.received_at, d.due_at, d.due_is_instant, d.ended_at, warning_at(d.warning, d.risk_at, d.certain_at, d.late_at, $6::timestamptz) AS warning, d.judgement,
       d.pending_office_id IS NOT NULL AS is_pending, d.letter_state, d.version, v.name, d.source,
       coalesce(d.due_at, 'infinity'::timestamptz) AS sort_at, d.risk_at, d.certain_at, d.late_at
  FROM hit JOIN dossier d ON d.id = hit.id
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE $1::bigint[] IS NULL OR d.holder_office_id = ANY ($1::bigint[]) OR d.competent_office_id = ANY ($1::bigint[])
       OR d.supervising_office_id = ANY ($1::bigint[]) OR d.filed_office_id = ANY ($1::bigint[])
 ORDER BY d.received_at DESC NULLS LAST, d.id DESC LIMIT $5::integer
