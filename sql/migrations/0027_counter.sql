-- Figures kept ready: deltas are appended as they happen, and folded into days and running totals by counter_fold().
DROP TABLE counter_day;

CREATE TABLE counter_tail (
    day             date NOT NULL,
    office_id       bigint NOT NULL,
    field_id        bigint NOT NULL,
    received_online integer NOT NULL,
    received_other  integer NOT NULL,
    early           integer NOT NULL,
    on_time         integer NOT NULL,
    late            integer NOT NULL,
    overdue         integer NOT NULL,
    moved_in        integer NOT NULL,
    moved_out       integer NOT NULL,
    stopped_late    integer NOT NULL,
    stopped_other   integer NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
COMMENT ON TABLE counter_tail IS 'Signed deltas of the counters that are not folded yet: appended by every batch, so that writers never wait for one row.';

CREATE TABLE counter_day (
    day             date NOT NULL,
    office_id       bigint NOT NULL,
    field_id        bigint NOT NULL,
    received_online integer NOT NULL,
    received_other  integer NOT NULL,
    early           integer NOT NULL,
    on_time         integer NOT NULL,
    late            integer NOT NULL,
    overdue         integer NOT NULL,
    moved_in        integer NOT NULL,
    moved_out       integer NOT NULL,
    stopped_late    integer NOT NULL,
    stopped_other   integer NOT NULL,
    PRIMARY KEY (day, office_id, field_id)
);
COMMENT ON TABLE counter_day IS 'What dossiers add to form II.06a by day, office and field (engine/domain/counter.c), but for what is in counter_tail. overdue: +1 the first day at whose end a dossier is overdue, -1 the first when it is not.';

CREATE TABLE counter_total (
    day             date NOT NULL,
    office_id       bigint NOT NULL,
    field_id        bigint NOT NULL,
    received_online bigint NOT NULL,
    received_other  bigint NOT NULL,
    early           bigint NOT NULL,
    on_time         bigint NOT NULL,
    late            bigint NOT NULL,
    overdue         bigint NOT NULL,
    moved_in        bigint NOT NULL,
    moved_out       bigint NOT NULL,
    stopped_late    bigint NOT NULL,
    stopped_other   bigint NOT NULL,
    PRIMARY KEY (day, office_id, field_id)
);
COMMENT ON TABLE counter_total IS 'counter_day added up over all days before `day`, for the first and the fifteenth of each month (both reporting calendars begin on one of them): a period is the difference of two rows.';

CREATE TABLE counter_start (
    day date PRIMARY KEY
);
COMMENT ON TABLE counter_start IS 'The days that counter_total has.';

-- Until counter_fold() has counted the facts that are there, reports are read off the facts.
ALTER TABLE setting ADD COLUMN has_counters boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN setting.has_counters IS 'The counters were made from the facts once, and follow every decision since.';

-- Dossiers with stored events that have not happened yet (imports): rare, and the counters of today do not know the hour.
CREATE INDEX dossier_ahead ON dossier (next_stored_at) WHERE next_stored_at IS NOT NULL;
-- Promises that are instants, of the dossiers still open: whether today's have passed depends on the hour.
CREATE INDEX dossier_due_by_instant ON dossier (due_on) WHERE due_is_instant AND ended_at IS NULL;

-- Daemons from before this write other counters: they may not use this database any more.
DROP FUNCTION IF EXISTS apply_decisions(timestamptz, smallint, apply_member[], apply_event[], apply_fact[], apply_counter[],
    apply_letter[], apply_addressee[], apply_person[], apply_part[], apply_remark[], apply_outbox[], apply_deadline[],
    apply_obligation[], apply_episode[], apply_revision[], apply_attachment[]);
UPDATE setting SET daemon_min = 27;
