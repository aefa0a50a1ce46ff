-- queue_holder_count: how many queue_holder has, with the same parameters; where a page begins and how long it is does not matter
SELECT count(*) FROM dossier d
 WHERE d.ended_at IS NULL AND d.holder_office_id = ANY ($1::bigint[])
   AND queue_passes(d, $2::bigint, $3::text, $4::text, $5::bigint, $6::bigint, $7::smallint, $8::date, $12::text, $13::text, $14::date,
                    $15::date, $16::date, $17::timestamptz)
   AND ($9::timestamptz, $10::bigint, $11::integer) IS NOT NULL
