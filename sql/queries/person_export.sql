-- person_export(persons, offices, NULL for all) -> what is held about them, as JSON by kind, of dossiers at these offices; their dossiers
SELECT dossiers, remarks, letters, papers, attachments, messages, reads, array_to_string(ids, ' ') AS ids FROM person_export($1::bigint[], $2::bigint[])
