-- Stays: where a dossier stood, step by step and hand by hand, as bitemporal rows beside the facts.
CREATE TABLE stay (
    dossier_id      bigint NOT NULL,
    entered_at      timestamptz NOT NULL,
    left_at         timestamptz NOT NULL DEFAULT 'infinity',
    left_known_at   timestamptz NOT NULL DEFAULT '-infinity',
    known_from      timestamptz NOT NULL,
    known_to        timestamptz NOT NULL DEFAULT 'infinity',
    case_id         bigint,
    step            integer NOT NULL,
    office_id       bigint,
    officer_id      bigint,
    is_last         boolean NOT NULL,
    is_waiting      boolean NOT NULL,
    is_over         boolean NOT NULL,
    budget_minutes  integer,
    used_minutes    integer,
    CONSTRAINT stay_forward CHECK (entered_at <= left_at),
    CONSTRAINT stay_known_forward CHECK (known_from <= known_to)
) WITH (fillfactor = 85);
COMMENT ON TABLE stay IS 'Who held a dossier at which step, and what it took in working minutes (engine/domain/stay.c). Where it stood at S (or, once ended, stood last) as known at K: entered_at <= S AND known_from <= K AND K < known_to AND (is_last OR S < left_at OR K < left_known_at).';
COMMENT ON COLUMN stay.left_known_at IS 'When the end of a running stay became known; -infinity where it was known from the start.';
COMMENT ON COLUMN stay.budget_minutes IS 'Working minutes that earlier stays left of the step''s budget; NULL: no budget, or the clock stood.';
COMMENT ON COLUMN stay.used_minutes IS 'Working minutes up to leaving, on the calendar as it was known then; NULL while it lasts, while the clock stood, and in a year without a calendar.';
CREATE UNIQUE INDEX stay_one_live ON stay (dossier_id, entered_at) WHERE known_to = 'infinity';

CREATE FUNCTION stay_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a stay of dossier % is history and cannot change', OLD.dossier_id
        USING ERRCODE = 'VD001', CONSTRAINT = 'stay_history_stands';
END $$;
CREATE TRIGGER stay_history_stands BEFORE UPDATE ON stay FOR EACH ROW
    WHEN (OLD.known_to <> 'infinity' OR (OLD.left_at <> 'infinity' AND NEW.left_at <> OLD.left_at))
    EXECUTE FUNCTION stay_refuse_rewriting();

CREATE TYPE apply_stay AS (
    member         integer,
    operation      smallint, -- 0 insert, 1 left, 2 never true
    known_at       timestamptz,
    entered_at     timestamptz,
    left_at        timestamptz,
    case_id        bigint,
    step           integer,
    office_id      bigint,
    officer_id     bigint,
    is_last        boolean,
    is_waiting     boolean,
    is_over        boolean,
    budget_minutes integer,
    used_minutes   integer
);

-- Dossiers from before this get their stays from a daemon that reads their events again (engine/flow/stay_fill.h).
ALTER TABLE setting ADD COLUMN has_stays boolean NOT NULL DEFAULT false;
UPDATE setting SET has_stays = NOT EXISTS (SELECT FROM dossier);
COMMENT ON COLUMN setting.has_stays IS 'Every dossier has its stays. Until then a decision on one that has none yet writes none, and step and officer cannot be asked of.';

DROP FUNCTION IF EXISTS apply_decisions(timestamptz, apply_member[], apply_event[], apply_fact[], apply_counter[],
    apply_letter[], apply_addressee[], apply_person[], apply_part[], apply_remark[], apply_outbox[], apply_deadline[],
    apply_obligation[], apply_episode[], apply_revision[], apply_attachment[]);
UPDATE setting SET daemon_min = 35;
