-- chasing_slip_printed(id, sha256) -> the paper of a slip, as it was printed first
UPDATE chasing_slip SET sha256 = $2::bytea WHERE id = $1::bigint AND sha256 IS NULL
