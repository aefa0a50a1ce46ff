-- What is owed and what was late, as rows that are added to and never taken away; letters that were refused or acknowledged.
ALTER TABLE letter
    DROP CONSTRAINT letter_state_known,
    ADD CONSTRAINT letter_state_known CHECK (state IN ('drafted', 'refused', 'signed', 'numbered', 'issued', 'delivered',
        'acknowledged', 'lapsed', 'cancelled')),
    DROP CONSTRAINT letter_final_has_number,
    ADD CONSTRAINT letter_final_has_number
        CHECK (state NOT IN ('numbered', 'issued', 'delivered', 'acknowledged') OR number IS NOT NULL);
DROP TRIGGER letter_final_stands ON letter;
CREATE TRIGGER letter_final_stands BEFORE UPDATE ON letter FOR EACH ROW
    WHEN (OLD.number IS NOT NULL AND (
        (NEW.number, NEW.register_office_id, NEW.register_year, NEW.register_symbol, NEW.data, NEW.content_hash,
         NEW.dossier_id, NEW.trigger, NEW.author_office_id, NEW.form, NEW.template_version, NEW.numbered_at)
        IS DISTINCT FROM
        (OLD.number, OLD.register_office_id, OLD.register_year, OLD.register_symbol, OLD.data, OLD.content_hash,
         OLD.dossier_id, OLD.trigger, OLD.author_office_id, OLD.form, OLD.template_version, OLD.numbered_at)
        OR (OLD.blob_sha256 IS NOT NULL AND NEW.blob_sha256 IS DISTINCT FROM OLD.blob_sha256)
        OR NEW.state IN ('drafted', 'refused', 'signed', 'lapsed')))
    EXECUTE FUNCTION letter_refuse_rewriting();
ALTER TABLE letter_addressee
    DROP CONSTRAINT letter_addressee_state_known,
    ADD CONSTRAINT letter_addressee_state_known
        CHECK (state IN ('waiting', 'sent', 'delivered', 'failed', 'unknown', 'acknowledged'));

CREATE TABLE letter_obligation (
    dossier_id         bigint NOT NULL,
    ordinal            integer NOT NULL CONSTRAINT letter_obligation_from_one CHECK (ordinal >= 1),
    trigger            text NOT NULL,
    state              text NOT NULL CONSTRAINT letter_obligation_state_known CHECK (state IN ('open', 'refused', 'met', 'waived', 'lapsed')),
    waiver             text NOT NULL DEFAULT 'none',
    office_id          bigint NOT NULL,
    at_fault_office_id bigint,
    owed_at            timestamptz NOT NULL,
    latest_at          timestamptz,
    letter_id          bigint,
    timing             text NOT NULL DEFAULT 'none',
    recorded_at        timestamptz NOT NULL,
    PRIMARY KEY (dossier_id, ordinal),
    CONSTRAINT letter_obligation_waived_has_a_reason CHECK ((state = 'waived') = (waiver <> 'none'))
);
COMMENT ON TABLE letter_obligation IS 'What an office owes an applicant, one row for each reason: who must write, until when, what became of it. Derived from the events (engine/domain/dossier_apply_letter.c); rows stay.';
COMMENT ON COLUMN letter_obligation.office_id IS 'Must write; the unit that caused it is at_fault_office_id.';
COMMENT ON COLUMN letter_obligation.recorded_at IS 'When the row became as it is.';
CREATE INDEX letter_obligation_missing ON letter_obligation (office_id, latest_at, dossier_id) WHERE state IN ('open', 'refused');
CREATE INDEX letter_obligation_owed ON letter_obligation (owed_at, office_id);

CREATE TABLE late_episode (
    dossier_id    bigint NOT NULL,
    step          integer NOT NULL CONSTRAINT late_episode_step_known CHECK (step >= 0),
    from_at       timestamptz NOT NULL,
    to_at         timestamptz,
    office_id     bigint,
    officer_id    bigint,
    calendar_days integer,
    working_days  integer,
    corrected_seq integer,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (dossier_id, step, from_at),
    CONSTRAINT late_episode_forward CHECK (to_at >= from_at),
    CONSTRAINT late_episode_ended_has_days CHECK ((to_at IS NULL) = (calendar_days IS NULL))
);
COMMENT ON TABLE late_episode IS 'Each time that a promise (step 0) or the budget of a step was broken: derived from the events (engine/domain/episode.c), closed once, never taken away.';
COMMENT ON COLUMN late_episode.corrected_seq IS 'The event of the dossier, with author and reason, that says it was none; the row stays.';
CREATE INDEX late_episode_office ON late_episode (office_id, from_at);

-- An episode is closed or corrected; where and when it began never changes.
CREATE FUNCTION late_episode_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a late episode of dossier % stands', OLD.dossier_id
        USING ERRCODE = 'VD005', CONSTRAINT = 'late_episode_stands';
END $$;
CREATE TRIGGER late_episode_stands BEFORE UPDATE ON late_episode FOR EACH ROW
    WHEN ((OLD.dossier_id, OLD.step, OLD.from_at) IS DISTINCT FROM (NEW.dossier_id, NEW.step, NEW.from_at)
          OR (OLD.to_at IS NOT NULL AND NEW.to_at IS NULL AND NEW.corrected_seq IS NULL AND OLD.corrected_seq IS NULL))
    EXECUTE FUNCTION late_episode_refuse_rewriting();

CREATE TYPE apply_obligation AS (
    member integer,
    ordinal integer,
    trigger text,
    state text,
    waiver text,
    office_id bigint,
    at_fault_office_id bigint,
    owed_at timestamptz,
    latest_at timestamptz,
    letter_id bigint,
    timing text
);
CREATE TYPE apply_episode AS (
    member integer,
    step integer,
    from_at timestamptz,
    to_at timestamptz,
    office_id bigint,
    officer_id bigint,
    calendar_days integer,
    working_days integer,
    corrected_seq integer
);

-- Daemons from before this write no obligations: they may not use this database any more.
DROP FUNCTION IF EXISTS apply_decisions(timestamptz, smallint, apply_member[], apply_event[], apply_fact[], apply_counter[],
    apply_letter[], apply_addressee[], apply_person[], apply_part[], apply_remark[], apply_outbox[]);
DROP FUNCTION IF EXISTS apply_decisions(timestamptz, smallint, apply_member[], apply_event[], apply_fact[], apply_counter[],
    apply_letter[], apply_addressee[], apply_person[], apply_part[], apply_remark[], apply_outbox[], apply_deadline[]);
UPDATE setting SET daemon_min = 17;
