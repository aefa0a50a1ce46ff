-- form_template_save(...): see the function
SELECT result, change FROM form_template_save($1::bigint, $2::text, $3::bigint, $4::text, $5::text, $6::bigint, $7::date,
                                              $8::text, $9::text, $10::text, $11::timestamptz)
