-- Who stands in for whom, in which role, from which day to which.
CREATE TABLE delegation (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    from_officer_id bigint NOT NULL CONSTRAINT delegation_from REFERENCES officer,
    to_officer_id   bigint NOT NULL CONSTRAINT delegation_to REFERENCES officer,
    role            text NOT NULL CONSTRAINT delegation_role_word CHECK (role ~ '^[a-z_]+$'),
    office_id       bigint NOT NULL CONSTRAINT delegation_at REFERENCES office,
    kind            text NOT NULL CONSTRAINT delegation_kind_known CHECK (kind IN ('deputy', 'authorised')),
    from_on         date NOT NULL,
    to_on           date NOT NULL,
    source          text NOT NULL,
    reason          text NOT NULL,
    entered_by      bigint NOT NULL,
    recorded_at     timestamptz NOT NULL,
    withdrawn_at    timestamptz,
    withdrawn_by    bigint,
    withdrawal_reason text,
    CONSTRAINT delegation_to_another CHECK (from_officer_id <> to_officer_id),
    CONSTRAINT delegation_forward CHECK (to_on >= from_on AND to_on - from_on <= 366),
    CONSTRAINT delegation_withdrawn_by_somebody CHECK (num_nonnulls(withdrawn_at, withdrawn_by, withdrawal_reason) IN (0, 3))
);
COMMENT ON TABLE delegation IS 'A role that another officer has for a time, in somebody''s place. Added and withdrawn, never changed; each is a row of reference_change as well.';
COMMENT ON COLUMN delegation.kind IS 'deputy: signs KT.; authorised: signs TUQ.';
CREATE INDEX delegation_standing ON delegation (to_on) WHERE withdrawn_at IS NULL;
CREATE INDEX delegation_of ON delegation (from_officer_id, id);
CREATE INDEX delegation_to_whom ON delegation (to_officer_id, id);

-- Daemons from before this cannot read an event that says in whose place somebody acted.
UPDATE setting SET daemon_min = 32;
