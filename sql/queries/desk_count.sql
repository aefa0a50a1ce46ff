-- desk_count(officer, office) -> open dossiers that the officer holds there, that he is to take over there in person, that are either
SELECT count(*) FILTER (WHERE d.holder_office_id = $2::bigint AND d.holder_officer_id = $1::bigint),
       count(*) FILTER (WHERE d.pending_office_id = $2::bigint AND d.pending_officer_id = $1::bigint), count(*)
  FROM dossier d
 WHERE d.ended_at IS NULL AND NOT d.is_mistake
   AND ((d.holder_office_id = $2::bigint AND d.holder_officer_id = $1::bigint)
        OR (d.pending_office_id = $2::bigint AND d.pending_officer_id = $1::bigint))
