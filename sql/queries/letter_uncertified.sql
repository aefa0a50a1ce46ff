-- letter_uncertified(offices that hold a certificate, numbered since, limit) -> letters that the daemon still has to sign
SELECT l.id FROM letter l
 WHERE l.register_office_id = ANY ($1::bigint[]) AND l.blob_sha256 IS NOT NULL AND l.numbered_at >= $2::timestamptz
   AND l.state <> 'cancelled' AND NOT EXISTS (SELECT FROM letter_revision r WHERE r.letter_id = l.id AND r.way = 'inside')
 ORDER BY l.id LIMIT $3::integer
