-- Declared objective intervals as edited data: a scope of several offices, procedures and steps, a version, an end by withdrawal.
-- office_id and procedure_id stood for one office and one version of a procedure; they are read no more, stay empty and go a release later.
ALTER TABLE objective_interval
    ADD COLUMN offices    bigint[]  NOT NULL DEFAULT '{}',
    ADD COLUMN procedures text[]    NOT NULL DEFAULT '{}',
    ADD COLUMN steps      integer[] NOT NULL DEFAULT '{}',
    ADD COLUMN version    bigint    NOT NULL DEFAULT 0,
    ADD COLUMN withdrawal_reason text NOT NULL DEFAULT '';
UPDATE objective_interval o
   SET offices = CASE WHEN o.office_id IS NULL THEN '{}' ELSE ARRAY[o.office_id] END,
       procedures = coalesce((SELECT ARRAY[v.key] FROM procedure_version v WHERE v.id = o.procedure_id), '{}'),
       office_id = NULL, procedure_id = NULL;
ALTER TABLE objective_interval
    ADD CONSTRAINT objective_steps_of_something CHECK (steps = '{}' OR procedures <> '{}' OR dossier_id IS NOT NULL);
COMMENT ON COLUMN objective_interval.offices IS 'It excuses time in the hands of these offices and those below them; empty: of every office.';
COMMENT ON COLUMN objective_interval.procedures IS 'Keys, whatever the version; empty: every procedure.';
COMMENT ON COLUMN objective_interval.steps IS 'It excuses time in these steps (seq); empty: in every step.';
COMMENT ON COLUMN objective_interval.version IS 'The newest row of reference_change about it: what it said before stands there.';
CREATE INDEX objective_dossier ON objective_interval (dossier_id) WHERE dossier_id IS NOT NULL;

ALTER TABLE reference_change DROP CONSTRAINT reference_change_kind_known,
    ADD CONSTRAINT reference_change_kind_known CHECK (kind IN ('calendar', 'ruleset', 'procedure', 'office', 'form_set', 'objective'));

-- The dossiers about which a finding was made: what an interval declared, amended or withdrawn is held against.
CREATE INDEX dossier_found ON dossier (id) INCLUDE (received_at, ended_at, procedure_id) WHERE verdict <> 'none';
