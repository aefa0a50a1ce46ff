-- Persons apart from events, dossiers with their caches, and the events themselves.
CREATE TABLE person (
    id         bigint PRIMARY KEY,
    created_at timestamptz NOT NULL
);
COMMENT ON TABLE person IS 'Somebody (or some body) a dossier speaks of. Values are in person_version; events carry only id, version and a keyed commitment.';

CREATE TABLE person_version (
    person_id      bigint NOT NULL CONSTRAINT person_version_of REFERENCES person,
    version        integer NOT NULL CONSTRAINT person_version_from_one CHECK (version >= 1),
    kind           text NOT NULL CONSTRAINT person_kind_known CHECK (kind IN ('person', 'household', 'organisation')),
    name           text NOT NULL,
    name_folded    text NOT NULL,
    key_id         integer,
    identity       bytea,
    identity_index bytea CONSTRAINT person_identity_index_length CHECK (octet_length(identity_index) = 32),
    phone          bytea,
    phone_index    bytea CONSTRAINT person_phone_index_length CHECK (octet_length(phone_index) = 32),
    address        bytea,
    email          bytea,
    email_index    bytea CONSTRAINT person_email_index_length CHECK (octet_length(email_index) = 32),
    recorded_at    timestamptz NOT NULL,
    forgotten_at   timestamptz,
    PRIMARY KEY (person_id, version),
    CONSTRAINT person_sealed_names_its_key CHECK (key_id IS NOT NULL OR
        (identity IS NULL AND phone IS NULL AND address IS NULL AND email IS NULL))
);
COMMENT ON TABLE person_version IS 'Names plain and folded for search; numbers and addresses sealed, with the key that sealed them and a blind index for exact search.';
CREATE INDEX person_identity ON person_version (identity_index) WHERE identity_index IS NOT NULL;
CREATE INDEX person_phone ON person_version (phone_index) WHERE phone_index IS NOT NULL;

CREATE TABLE dossier (
    id                   bigint PRIMARY KEY,
    version              integer NOT NULL,
    chain                bytea NOT NULL CONSTRAINT dossier_chain_length CHECK (octet_length(chain) = 32),
    code                 text NOT NULL,
    source               text,
    state                text NOT NULL,
    national_status      smallint NOT NULL CONSTRAINT dossier_national_status_range CHECK (national_status BETWEEN 0 AND 10),
    procedure_id         bigint,
    case_id              bigint,
    field_id             bigint,
    ruleset_id           bigint,
    channel              smallint CONSTRAINT dossier_channel_known CHECK (channel BETWEEN 1 AND 3),
    filed_office_id      bigint,
    supervising_office_id bigint,
    competent_office_id  bigint,
    step                 integer NOT NULL DEFAULT 0,
    holder_office_id     bigint,
    holder_officer_id    bigint,
    pending_office_id    bigint,
    pending_officer_id   bigint,
    pending_step         integer,
    pending_since        timestamptz,
    submitted_at         timestamptz,
    received_at          timestamptz,
    received_on          date,
    due_at               timestamptz,
    due_on               date,
    due_is_instant       boolean NOT NULL DEFAULT false,
    due_original_at      timestamptz,
    due_original_on      date,
    due_reappointed_at   timestamptz,
    decided_at           timestamptz,
    done_at              timestamptz,
    returned_at          timestamptz,
    ended_at             timestamptz,
    ended_on             date,
    outcome              text NOT NULL DEFAULT 'none',
    judgement            text NOT NULL DEFAULT 'none',
    is_waiting           boolean NOT NULL DEFAULT false,
    warning              text NOT NULL DEFAULT 'fine',
    risk_at              timestamptz,
    certain_at           timestamptz,
    late_at              timestamptz,
    next_alarm_at        timestamptz,
    next_stored_at       timestamptz,
    marked_risk_at       timestamptz,
    marked_certain_at    timestamptz,
    marked_overdue_at    timestamptz,
    verdict              text NOT NULL DEFAULT 'none',
    cause                text,
    at_fault_office_id   bigint,
    letter_state         text NOT NULL DEFAULT 'none',
    is_imported          boolean NOT NULL DEFAULT false,
    is_adopted           boolean NOT NULL DEFAULT false,
    is_mistake           boolean NOT NULL DEFAULT false,
    applicant_id         bigint,
    applicant_version    integer,
    last_at              timestamptz NOT NULL,
    last_recorded_at     timestamptz NOT NULL,
    CONSTRAINT dossier_id_names_a_year CHECK (id / 10000000000 BETWEEN 1900 AND 2200 AND id % 10000000000 > 0),
    CONSTRAINT dossier_version_positive CHECK (version > 0),
    CONSTRAINT dossier_due_has_its_date CHECK ((due_at IS NULL) = (due_on IS NULL)),
    CONSTRAINT dossier_ended_has_its_date CHECK ((ended_at IS NULL) = (ended_on IS NULL))
) WITH (fillfactor = 80);
COMMENT ON TABLE dossier IS 'One row per dossier: its version, the hash of its newest event, and caches that `motcua verify` can rebuild from the events.';
COMMENT ON COLUMN dossier.version IS 'seq of its newest event; what If-Match is held against.';
COMMENT ON COLUMN dossier.risk_at IS 'When the warning turns to at risk if nothing happens; certain_at and late_at likewise; NULL: never, or passed.';
COMMENT ON COLUMN dossier.next_alarm_at IS 'When the engine must look again: the minimum of what lies ahead.';
COMMENT ON COLUMN dossier.next_stored_at IS 'The first stored event that has not happened yet on the business clock (imports).';

-- The alarm: the sweep and the daemon's timer read only what is due to be looked at.
CREATE INDEX dossier_alarm ON dossier (next_alarm_at, id) WHERE next_alarm_at IS NOT NULL;
-- Work lists of an office and of a person: open dossiers by promise.
CREATE INDEX dossier_holder ON dossier (holder_office_id, due_at, id) WHERE ended_at IS NULL;
CREATE INDEX dossier_pending ON dossier (pending_office_id, pending_since, id) WHERE pending_office_id IS NOT NULL;
CREATE INDEX dossier_supervised ON dossier (supervising_office_id, due_at, id) WHERE ended_at IS NULL;
CREATE INDEX dossier_to_return ON dossier (supervising_office_id, ended_at, id) WHERE state = 'done';

-- Apart from the dossier: a trigram index costs some fifty entries a row, and every action moves the row.
CREATE TABLE dossier_search (
    dossier_id bigint PRIMARY KEY,
    search     text NOT NULL
);
COMMENT ON TABLE dossier_search IS 'Folded text of a dossier for search: code, names, procedure.';
CREATE INDEX dossier_search_trigrams ON dossier_search USING gin (search gin_trgm_ops);

CREATE TABLE dossier_code (
    code       text PRIMARY KEY CONSTRAINT dossier_code_length CHECK (length(code) BETWEEN 1 AND 63),
    dossier_id bigint NOT NULL
);
COMMENT ON TABLE dossier_code IS 'Codes are unique for ever, those of mistakes and merged offices too.';
CREATE INDEX dossier_code_of ON dossier_code (dossier_id);

CREATE TABLE code_serial (
    identifier text NOT NULL,
    day        text NOT NULL CONSTRAINT code_serial_day_form CHECK (day ~ '^[0-9]{6}$'),
    last       integer NOT NULL DEFAULT 0 CONSTRAINT code_serial_four_digits CHECK (last BETWEEN 0 AND 9999),
    PRIMARY KEY (identifier, day)
);
COMMENT ON TABLE code_serial IS 'The last serial of a day at an office: IDENTIFIER-YYMMDD-NNNN (law:dossier-code).';

CREATE TABLE dossier_person (
    dossier_id bigint NOT NULL CONSTRAINT dossier_person_of REFERENCES dossier,
    part       text NOT NULL CONSTRAINT dossier_person_part_known CHECK (part IN ('applicant', 'submitter', 'authorised', 'member')),
    ordinal    integer NOT NULL DEFAULT 0,
    person_id  bigint NOT NULL,
    version    integer NOT NULL,
    PRIMARY KEY (dossier_id, part, ordinal),
    CONSTRAINT dossier_person_is_known FOREIGN KEY (person_id, version) REFERENCES person_version
);
COMMENT ON TABLE dossier_person IS 'Owner (applicant), submitter, authorised person and members of a group are separate persons of a dossier.';
CREATE INDEX dossier_person_person ON dossier_person (person_id);

CREATE TABLE event (
    dossier_id  bigint NOT NULL,
    seq         integer NOT NULL CONSTRAINT event_seq_from_one CHECK (seq >= 1),
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor_id    bigint NOT NULL,
    action      text NOT NULL,
    bytes       bytea NOT NULL CONSTRAINT event_bytes_range CHECK (octet_length(bytes) BETWEEN 1 AND 17000),
    hash        bytea NOT NULL CONSTRAINT event_hash_length CHECK (octet_length(hash) = 32),
    PRIMARY KEY (dossier_id, seq)
) PARTITION BY RANGE (dossier_id);
COMMENT ON TABLE event IS 'What happened, in canonical bytes (docs/canonical-form.md), each chained to the one before: hash = sha256(previous hash || bytes), 32 zero bytes before the first. Nobody but the owner can change a row. A partition holds the dossiers filed in one year.';

CREATE TABLE remark (
    id          bigint PRIMARY KEY,
    dossier_id  bigint NOT NULL,
    text        text NOT NULL CONSTRAINT remark_length CHECK (length(text) <= 4000),
    recorded_at timestamptz NOT NULL,
    forgotten_at timestamptz
);
COMMENT ON TABLE remark IS 'Free text, kept apart from events, which carry its id and a commitment.';
CREATE INDEX remark_dossier ON remark (dossier_id);
