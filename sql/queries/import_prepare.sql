-- import_prepare(source, at, office key, name, identifier, calendar name, zone, eight columns) -> office, epoch
SELECT office_id, epoch
  FROM import_prepare($1::text, $2::timestamptz, $3::text, $4::text, $5::text, $6::text, $7::integer, $8::text[],
                      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
