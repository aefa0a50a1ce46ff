-- reference_declarations() -> the days that offices reporting by file have declared, and since when that is known; by office
SELECT office_id, from_on, to_on, known_from, nullif(known_to, 'infinity') FROM report_declaration ORDER BY office_id, id
