-- portal_file_list(id, offices, from, to, before, limit) -> files that touch the period, the newest first
--   id  that one alone; offices  those of these offices (NULL: all, also those that speak of all)
SELECT id, kind, office_id, from_on, to_on, name, encode(sha256, 'hex'), n_rows, entered_by, recorded_at
  FROM portal_file
 WHERE ($1::bigint IS NULL OR id = $1::bigint)
   AND ($2::bigint[] IS NULL OR office_id = ANY ($2::bigint[]))
   AND ($3::date IS NULL OR to_on >= $3::date) AND ($4::date IS NULL OR from_on <= $4::date)
   AND ($5::bigint IS NULL OR id < $5::bigint)
 ORDER BY id DESC LIMIT $6::integer
