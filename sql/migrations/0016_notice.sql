-- What an edit of a calendar needs: the open dossiers of an office in order, and notices that are told once.
CREATE INDEX dossier_competent ON dossier (competent_office_id, id) WHERE ended_at IS NULL;

ALTER TABLE outbox
    DROP CONSTRAINT outbox_state_known,
    ADD CONSTRAINT outbox_state_known
        CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown', 'cancelled'));
COMMENT ON COLUMN outbox.state IS 'cancelled: a newer notice to the same person says it, from the date last told.';
CREATE INDEX outbox_of_dossier ON outbox (dossier_id) WHERE state = 'waiting';
