-- The shapes in which decisions reach apply_decisions(): one composite per kind of row, sent as arrays.
-- `member` is the position of the row's decision in p_members, from 1. The daemon writes the attributes in
-- this order (engine/db/committer_encode.c): a change is a new type and a new function beside the old ones.
CREATE TYPE apply_member AS (
    dossier_id bigint,
    expected_version integer,   -- 0: a new dossier
    epoch bigint,               -- NULL: rests on no reference data
    code_identifier text,       -- assign IDENTIFIER-YYMMDD-NNNN ...
    code_day text,
    code text,                  -- ... or take this one (import)
    principal bigint,           -- with key: remember the request
    key text,
    body_hash bytea,
    status smallint,
    job_id bigint,              -- with fence: part of a job's chunk
    fence bigint,
    import_source text,
    import_key text,
    import_row_hash bytea,
    search text,                -- NULL: unchanged
    source text,
    state text,
    national_status smallint,
    procedure_id bigint,
    case_id bigint,
    field_id bigint,
    ruleset_id bigint,
    channel smallint,
    filed_office_id bigint,
    supervising_office_id bigint,
    competent_office_id bigint,
    step integer,
    holder_office_id bigint,
    holder_officer_id bigint,
    pending_office_id bigint,
    pending_officer_id bigint,
    pending_step integer,
    pending_since timestamptz,
    submitted_at timestamptz,
    received_at timestamptz,
    received_on date,
    due_at timestamptz,
    due_on date,
    due_is_instant boolean,
    due_original_at timestamptz,
    due_original_on date,
    due_reappointed_at timestamptz,
    decided_at timestamptz,
    done_at timestamptz,
    returned_at timestamptz,
    ended_at timestamptz,
    ended_on date,
    outcome text,
    judgement text,
    is_waiting boolean,
    warning text,
    risk_at timestamptz,
    certain_at timestamptz,
    late_at timestamptz,
    next_alarm_at timestamptz,
    next_stored_at timestamptz,
    marked_risk_at timestamptz,
    marked_certain_at timestamptz,
    marked_overdue_at timestamptz,
    verdict text,
    cause text,
    at_fault_office_id bigint,
    letter_state text,
    is_imported boolean,
    is_adopted boolean,
    is_mistake boolean,
    applicant_id bigint,
    applicant_version integer,
    last_at timestamptz,
    last_recorded_at timestamptz
);
CREATE TYPE apply_event AS (
    member integer,
    at timestamptz,
    recorded_at timestamptz,
    actor_id bigint,
    action text,
    bytes bytea,                -- as the core composed them; seq, code and number are appended here
    numbered_letter_id bigint   -- the event that carries the number given to this letter
);
CREATE TYPE apply_fact AS (
    member integer,
    operation smallint,         -- 0 insert, 1 close the open row that begins at valid_from, 2 retract it
    valid_from timestamptz,
    valid_to timestamptz,
    known_at timestamptz,
    filed_office_id bigint,
    office_id bigint,
    field_id bigint,
    procedure_id bigint,
    channel smallint,
    received_at timestamptz,
    received_on date,
    due_at timestamptz,
    due_on date,
    due_is_instant boolean,
    ended_at timestamptz,
    ended_on date,
    outcome text,
    judgement text,
    is_waiting boolean,
    was_overdue_before_wait boolean,
    verdict text,
    at_fault_office_id bigint,
    letter_timing text,
    is_letter_owed boolean
);
CREATE TYPE apply_counter AS (
    member integer,
    day date,
    office_id bigint,
    field_id bigint,
    counter smallint,           -- enum counter_column
    delta integer
);
CREATE TYPE apply_letter AS (
    member integer,
    operation smallint,         -- 0 insert, 1 update (NULL: unchanged)
    id bigint,
    trigger text,
    state text,
    author_office_id bigint,
    at_fault_office_id bigint,
    form text,
    template_version text,
    data text,
    content_hash bytea,
    signer_id bigint,
    signed_at timestamptz,
    is_unsigned boolean,        -- takes content hash, signer and signed_at away first
    register_office_id bigint,
    register_year integer,
    register_symbol text,
    wants_number boolean,
    number bigint,              -- typed in, of an outside register
    numbered_at timestamptz,
    issued_at timestamptz,
    latest_at timestamptz,
    timing text,
    blob_sha256 bytea,
    public_token text,
    is_after_due boolean,
    reappointed_at timestamptz,
    void_reason text            -- cancels the register entry of a numbered letter
);
CREATE TYPE apply_addressee AS (
    member integer,
    letter_id bigint,
    ordinal integer,
    person_id bigint,
    person_version integer,
    delivery text,
    state text,
    proof text
);
CREATE TYPE apply_person AS (
    member integer,
    person_id bigint,
    version integer,
    kind text,
    name text,
    name_folded text,
    key_id integer,
    identity bytea,
    identity_index bytea,
    phone bytea,
    phone_index bytea,
    address bytea,
    email bytea,
    email_index bytea
);
CREATE TYPE apply_part AS (
    member integer,
    part text,
    ordinal integer,
    person_id bigint,
    version integer
);
CREATE TYPE apply_remark AS (
    member integer,
    id bigint,
    text text
);
CREATE TYPE apply_outbox AS (
    member integer,
    kind text,
    letter_id bigint,
    payload text,
    not_before timestamptz
);
