-- calendar_concerned(office, after, limit, first_on, last_on) -> open dossiers of an office whose time may meet these days
-- A dossier that waits is looked at whatever its date: what it will be rests on days to come.
SELECT id, code FROM dossier
 WHERE competent_office_id = $1::bigint AND id > $2::bigint AND ended_at IS NULL AND due_at IS NOT NULL AND NOT is_mistake
   AND ($4::date IS NULL OR is_waiting OR due_on >= $4::date) AND ($5::date IS NULL OR is_waiting OR received_on <= $5::date)
 ORDER BY id LIMIT $3::integer
