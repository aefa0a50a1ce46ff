-- letter_count: how many letter_list has, with the same parameters; where a page begins and how long it is does not matter
SELECT count(*) FROM letter l JOIN dossier d ON d.id = l.dossier_id
 WHERE ($1::text IS NULL OR l.state = $1::text)
   AND ($2::bigint[] IS NULL OR l.author_office_id = ANY ($2::bigint[]) OR ($7::boolean AND d.filed_office_id = ANY ($2::bigint[])))
   AND ($3::text IS NULL OR d.code = $3::text)
   AND ($6::text IS NULL OR l.timing = $6::text)
   AND ($4::bigint, $5::integer) IS NOT NULL
