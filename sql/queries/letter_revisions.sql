-- letter_revisions(letter) -> signatures of certificates on its paper, the oldest first
SELECT ordinal, sha256, way, subject, issuer, serial, is_trusted, signed_at FROM letter_revision
 WHERE letter_id = $1::bigint ORDER BY ordinal
