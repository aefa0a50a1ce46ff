-- The code's second layout: IDENTIFIER-YYYYMMDD-NNNNNNN from 2025 on, beside IDENTIFIER-YYMMDD-NNNN.
ALTER TABLE code_serial DROP CONSTRAINT code_serial_day_form, DROP CONSTRAINT code_serial_four_digits,
    ADD CONSTRAINT code_serial_day_form CHECK (day ~ '^([0-9]{6}|[0-9]{8})$'),
    ADD CONSTRAINT code_serial_digits CHECK (last BETWEEN 0 AND CASE length(day) WHEN 6 THEN 9999 ELSE 9999999 END);
COMMENT ON TABLE code_serial IS 'The last serial of a day at an office, by the layout that the length of the day tells: YYMMDD and four digits, YYYYMMDD and seven (law:dossier-code).';
