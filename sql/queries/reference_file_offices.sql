-- reference_file_offices() -> which offices report by file, from which day, and since when that is known; by office
SELECT office_id, system, from_on, to_on, known_from, nullif(known_to, 'infinity') FROM file_office ORDER BY office_id, id
