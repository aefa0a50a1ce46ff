-- letter_list(state, offices, dossier code, before_id, limit, timing, also where it was filed) -> letters, the newest first;
-- of the offices that write them and, for who reads, of those that took the dossier in and hand the letter over
SELECT l.id, d.code, l.trigger, l.state, l.timing, l.author_office_id, l.number, l.register_symbol, d.due_at,
       l.reappointed_at, l.latest_at, l.signed_at, l.numbered_at, l.issued_at, d.verdict, d.version, v.name, d.case_id,
       l.public_token, l.recorded_at, l.dossier_id
  FROM letter l JOIN dossier d ON d.id = l.dossier_id
  LEFT JOIN person_version v ON v.person_id = d.applicant_id AND v.version = d.applicant_version
 WHERE ($1::text IS NULL OR l.state = $1::text)
   AND ($2::bigint[] IS NULL OR l.author_office_id = ANY ($2::bigint[]) OR ($7::boolean AND d.filed_office_id = ANY ($2::bigint[])))
   AND ($3::text IS NULL OR d.code = $3::text)
   AND ($6::text IS NULL OR l.timing = $6::text)
   AND l.id < $4::bigint
 ORDER BY l.id DESC LIMIT $5::integer
