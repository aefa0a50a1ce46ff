-- declaration_list(id, offices, from, to, before, limit) -> declarations that touch the period, the newest first
--   id  that one alone; offices  at these (NULL: all)
SELECT id, office_id, from_on, to_on, source, encode(file_sha256, 'hex'), dossiers, remark, entered_by, known_from,
       nullif(known_to, 'infinity'), withdrawn_by, withdrawal_reason
  FROM report_declaration
 WHERE ($1::bigint IS NULL OR id = $1::bigint)
   AND ($2::bigint[] IS NULL OR office_id = ANY ($2::bigint[]))
   AND ($3::date IS NULL OR to_on >= $3::date) AND ($4::date IS NULL OR from_on <= $4::date)
   AND ($5::bigint IS NULL OR id < $5::bigint)
 ORDER BY id DESC LIMIT $6::integer
