-- calendar_concerned_count(offices, first_on, last_on) -> how many calendar_concerned will give
SELECT count(*) FROM dossier
 WHERE competent_office_id = ANY ($1::bigint[]) AND ended_at IS NULL AND due_at IS NOT NULL AND NOT is_mistake
   AND ($2::date IS NULL OR is_waiting OR due_on >= $2::date) AND ($3::date IS NULL OR is_waiting OR received_on <= $3::date)
