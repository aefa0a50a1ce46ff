-- What leaves the house: by which way, who has it under hand, what came of it.
ALTER TABLE outbox
    ADD COLUMN channel text CONSTRAINT outbox_channel_known CHECK (channel IN ('email', 'hook', 'counter')),
    ADD COLUMN fence integer NOT NULL DEFAULT 0,
    ADD COLUMN reason text CONSTRAINT outbox_reason_length CHECK (length(reason) <= 400),
    ADD COLUMN changed_by bigint,
    ADD COLUMN told text,
    DROP CONSTRAINT outbox_state_known,
    ADD CONSTRAINT outbox_state_known
        CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'cancelled'));
COMMENT ON COLUMN outbox.channel IS 'NULL: not looked at yet; counter: nobody is reached otherwise, somebody tells it by hand.';
COMMENT ON COLUMN outbox.fence IS 'Raised by whoever takes the row: what an earlier one learns of it is not written.';
COMMENT ON COLUMN outbox.state IS 'sent: taken over by a server; delivered: known to have arrived; unknown: handed over without an answer, a person decides; cancelled: superseded, or nothing to tell any more.';
COMMENT ON COLUMN outbox.not_before IS 'When it is looked at next; real clock, as lease_until.';
COMMENT ON COLUMN outbox.error IS 'How the last attempt ended, in both languages (flow/refusal).';
COMMENT ON COLUMN outbox.reason IS 'What the person said who wrote the state; changed_by says who, NULL: the engine, or a gateway.';
COMMENT ON COLUMN outbox.told IS 'Of a letter: the state that an event of its dossier tells.';

-- A notice goes once to a person for an occasion, whatever is repeated.
CREATE UNIQUE INDEX outbox_notice_once
    ON outbox (dossier_id, kind, (payload::jsonb ->> 'person'), (payload::jsonb ->> 'occasion'))
    WHERE kind LIKE 'notice\_%';
-- All of a dossier, for its page and for what supersedes what; and what is not done, few among many.
DROP INDEX outbox_of_dossier;
CREATE INDEX outbox_of_dossier ON outbox (dossier_id, id);
CREATE INDEX outbox_open ON outbox (id) WHERE state IN ('waiting', 'sending', 'failed', 'unknown');
-- What is taken next, letters first.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_next ON outbox (channel, (kind <> 'letter'), not_before, id) WHERE state = 'waiting';
CREATE INDEX outbox_trouble ON outbox (state, lease_until) WHERE state IN ('sending', 'failed', 'unknown');
CREATE INDEX outbox_untold ON outbox (id) WHERE kind = 'letter' AND told IS DISTINCT FROM state
    AND state IN ('sent', 'delivered', 'failed', 'unknown');
