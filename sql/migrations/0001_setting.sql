-- What an installation is, and the epoch of its reference data.
CREATE TABLE setting (
    is_the_one       boolean PRIMARY KEY DEFAULT true CONSTRAINT setting_one_row CHECK (is_the_one),
    epoch            bigint NOT NULL DEFAULT 1,
    is_demonstration boolean NOT NULL DEFAULT false,
    clock_offset_us  bigint NOT NULL DEFAULT 0,
    zone_s           integer NOT NULL DEFAULT 25200,
    daemon_min       integer NOT NULL DEFAULT 1,
    CONSTRAINT setting_only_demonstrations_move_the_clock CHECK (is_demonstration OR clock_offset_us = 0),
    CONSTRAINT setting_zone_range CHECK (zone_s BETWEEN -50400 AND 50400)
);
COMMENT ON TABLE setting IS 'One row: what this installation is.';
COMMENT ON COLUMN setting.epoch IS 'Counts edits of calendars, rulesets, procedures, offices and rights: a decision made on an older one is decided again.';
COMMENT ON COLUMN setting.clock_offset_us IS 'Added by every daemon to its business clock; only a demonstration may have one.';
COMMENT ON COLUMN setting.daemon_min IS 'Oldest schema number a daemon must know to use this database.';
INSERT INTO setting DEFAULT VALUES;

CREATE TABLE id_counter (
    kind text PRIMARY KEY,
    last bigint NOT NULL DEFAULT 0,
    CONSTRAINT id_counter_not_negative CHECK (last >= 0)
);
COMMENT ON TABLE id_counter IS 'Last id handed out to daemons in blocks, by kind: person, remark, letter, and dossier:YEAR. A block that a daemon did not use up is lost; ids need no order and no gaplessness.';
