-- Limits of half days (law:half-day): 1hd, beside those there were.
ALTER TABLE procedure_case DROP CONSTRAINT procedure_case_limit_form,
    ADD CONSTRAINT procedure_case_limit_form CHECK (time_limit ~ '^([1-9][0-9]*(wd|d|wh|mo|hd)|sd)$');
COMMENT ON TABLE procedure_case IS 'A case (trường hợp) of a procedure version, with its own limit, components and steps. time_limit as on the command line: 3wd, 15d, 24wh, 2mo, 1hd, sd.';
