-- calendar_failed(job, after, up to, limit) -> dossiers a calendar job could not do on its way, to be tried again
SELECT i.ordinal, d.id, d.code
  FROM job_item i JOIN dossier_code c ON c.code = i.text::jsonb ->> 'dossier' JOIN dossier d ON d.id = c.dossier_id
 WHERE i.job_id = $1::bigint AND i.ordinal > $2::bigint AND i.ordinal <= $3::bigint AND i.text::jsonb ->> 'outcome' = 'failed'
 ORDER BY i.ordinal LIMIT $4::integer
