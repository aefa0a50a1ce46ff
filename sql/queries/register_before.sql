-- register_before(offices, field, from) -> how many the book of that year holds before a day
SELECT count(*) FROM dossier d
 WHERE NOT d.is_mistake AND d.supervising_office_id = ANY ($1::bigint[])
   AND ($2::bigint IS NULL OR d.field_id = $2::bigint)
   AND d.received_on >= date_trunc('year', $3::date)::date AND d.received_on < $3::date
