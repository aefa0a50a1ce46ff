-- Dossiers that are finished and were never closed on the system: proposed to be closed by force, and approved by another person.
ALTER TABLE dossier ADD COLUMN proposed_seq integer;
COMMENT ON COLUMN dossier.proposed_seq IS 'The event that proposes to close it by force, while that waits for a leader; NULL: none.';
CREATE INDEX dossier_proposed ON dossier (id) WHERE proposed_seq IS NOT NULL;
ALTER TYPE apply_member ADD ATTRIBUTE proposed_seq integer;
-- Daemons from before this cannot read what proposes, refuses and approves a forced close.
UPDATE setting SET daemon_min = 39;
