-- chasing_slip_answer(id, on, text, officer, at) -> the slip, where it had no answer
UPDATE chasing_slip SET answered_on = $2::date, answer = $3::text, answered_by = $4::bigint, answer_recorded_at = $5::timestamptz
 WHERE id = $1::bigint AND answered_on IS NULL RETURNING id
