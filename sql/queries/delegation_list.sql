-- delegation_list(id, offices, reader, officer, on, before, limit) -> delegations, the newest first
--   id  that one alone; offices, reader  those at these offices (NULL: all), or of or to the reader
--   officer  of or to this one; on  standing on this day
SELECT id, from_officer_id, to_officer_id, role, office_id, kind, from_on, to_on, source, reason, entered_by, recorded_at, withdrawn_at,
       withdrawn_by, withdrawal_reason
  FROM delegation
 WHERE ($1::bigint IS NULL OR id = $1::bigint)
   AND ($2::bigint[] IS NULL OR office_id = ANY ($2::bigint[]) OR from_officer_id = $3::bigint OR to_officer_id = $3::bigint)
   AND ($4::bigint IS NULL OR from_officer_id = $4::bigint OR to_officer_id = $4::bigint)
   AND ($5::date IS NULL OR (from_on <= $5::date AND to_on >= $5::date AND withdrawn_at IS NULL))
   AND ($6::bigint IS NULL OR id < $6::bigint)
 ORDER BY id DESC LIMIT $7::integer
