-- job_items(id, after, limit) -> what the job found or did, in order
SELECT ordinal, text FROM job_item WHERE job_id = $1::bigint AND ordinal > $2::bigint ORDER BY ordinal LIMIT $3::integer
