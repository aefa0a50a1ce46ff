-- chasing_slips(offices, ids, from, to, before_id, limit, unanswered alone) -> slips to these offices, the newest first; ids NULL: any; from, to
-- NULL: of any period
SELECT s.id, s.office_id, s.issuer_id, s.from_on, s.to_on, s.as_of, s.known_at, s.late_done, s.late_open, s.answer_by, s.register_symbol,
       s.number, s.signer_id, s.issued_by, s.issued_at, s.answered_on, s.answer, s.answered_by, s.sha256 IS NOT NULL AS is_printed
  FROM chasing_slip s
 WHERE ($1::bigint[] IS NULL OR s.office_id = ANY ($1::bigint[])) AND ($2::bigint[] IS NULL OR s.id = ANY ($2::bigint[]))
   AND ($3::date IS NULL OR s.from_on = $3::date) AND ($4::date IS NULL OR s.to_on = $4::date) AND s.id < $5::bigint
   AND (NOT $7::boolean OR s.answered_on IS NULL)
 ORDER BY s.id DESC LIMIT $6::integer
