-- letter_uncertified(offices, numbered since, limit, officers) -> letters with fewer signatures of the daemon's than there are certificates for
SELECT l.id FROM letter l
 WHERE (l.register_office_id = ANY ($1::bigint[]) OR l.signer_id = ANY ($4::bigint[])) AND l.blob_sha256 IS NOT NULL
   AND l.numbered_at >= $2::timestamptz AND l.state <> 'cancelled'
   AND (SELECT count(*) FROM letter_revision r WHERE r.letter_id = l.id AND r.way = 'inside')
       < (l.register_office_id = ANY ($1::bigint[]))::integer + coalesce(l.signer_id = ANY ($4::bigint[]), false)::integer
 ORDER BY l.id LIMIT $3::integer
