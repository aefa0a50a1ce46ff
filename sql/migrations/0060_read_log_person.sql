-- What is held about a person names who looked that person up. Few rows of the log speak of one: without an index the whole log was walked.
CREATE INDEX read_log_person ON read_log (person_id) WHERE person_id IS NOT NULL;
