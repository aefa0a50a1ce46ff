-- Papers: signed revisions of letters, what was handed in, what was printed first, templates of an office, registers.

-- ---- letters signed with a certificate ----
CREATE TABLE letter_revision (
    letter_id   bigint NOT NULL CONSTRAINT letter_revision_of REFERENCES letter,
    ordinal     integer NOT NULL CONSTRAINT letter_revision_from_one CHECK (ordinal >= 1),
    sha256      bytea NOT NULL CONSTRAINT letter_revision_paper REFERENCES blob,
    way         text NOT NULL CONSTRAINT letter_revision_way_known CHECK (way IN ('inside', 'outside')),
    subject     text NOT NULL,
    issuer      text NOT NULL,
    serial      text NOT NULL,
    is_trusted  boolean NOT NULL,
    signed_at   timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (letter_id, ordinal)
);
COMMENT ON TABLE letter_revision IS 'Digital signatures put on the paper of a numbered letter, each a later revision of the file with an event of its own. way: by the daemon, or elsewhere and handed back.';
COMMENT ON COLUMN letter_revision.is_trusted IS 'The certificate led to a root that the installation trusts when it was checked; false also where none is configured.';
CREATE INDEX letter_revision_sha256 ON letter_revision (sha256);
CREATE INDEX letter_blob ON letter (blob_sha256) WHERE blob_sha256 IS NOT NULL;

CREATE TYPE apply_revision AS (
    member integer,
    letter_id bigint,
    ordinal integer,
    sha256 bytea,
    way text,
    subject text,
    issuer text,
    serial text,
    is_trusted boolean,
    signed_at timestamptz
);

-- ---- papers handed in, and results ----
CREATE TABLE attachment (
    dossier_id  bigint NOT NULL CONSTRAINT attachment_of REFERENCES dossier,
    number      integer NOT NULL CONSTRAINT attachment_from_one CHECK (number >= 1),
    purpose     text NOT NULL,
    component   integer CONSTRAINT attachment_component_from_one CHECK (component >= 1),
    handling    text NOT NULL,
    name        text NOT NULL CONSTRAINT attachment_name_length CHECK (length(name) BETWEEN 1 AND 200),
    sha256      bytea NOT NULL CONSTRAINT attachment_paper REFERENCES blob,
    size        bigint NOT NULL,
    type        text NOT NULL,
    officer_id  bigint NOT NULL,
    attached_at timestamptz NOT NULL,
    detached_at timestamptz,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (dossier_id, number)
);
COMMENT ON TABLE attachment IS 'Scans and electronic papers of a dossier, and its result. The events tell of them by number and SHA-256; the name of a file may speak of a person and stands here alone.';
CREATE INDEX attachment_sha256 ON attachment (sha256);

CREATE TYPE apply_attachment AS (
    member integer,
    number integer,
    purpose text,
    component integer,
    handling text,
    name text,
    sha256 bytea,
    size bigint,
    type text,
    officer_id bigint,
    attached_at timestamptz,
    detached_at timestamptz         -- set: the row is there, and this is all that changes
);

CREATE TABLE upload (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dossier_id bigint NOT NULL CONSTRAINT upload_for REFERENCES dossier,
    officer_id bigint NOT NULL,
    purpose    text NOT NULL,
    component  integer,
    handling   text NOT NULL,
    name       text NOT NULL,
    size       bigint NOT NULL CONSTRAINT upload_size_positive CHECK (size > 0),
    received   bigint NOT NULL DEFAULT 0 CONSTRAINT upload_received_within CHECK (received BETWEEN 0 AND size),
    place      text NOT NULL CONSTRAINT upload_place_known CHECK (place IN ('database', 'folder')),
    attached   integer,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE upload IS 'A file on its way in, piece by piece; nothing of it counts before it is whole and was looked at. place: where its bytes are kept. attached: the number it has as an attachment; who asks again is told the same.';
CREATE INDEX upload_changed ON upload (changed_at);
CREATE TABLE upload_chunk (
    upload_id bigint NOT NULL CONSTRAINT upload_chunk_of REFERENCES upload ON DELETE CASCADE,
    ordinal   integer NOT NULL,
    bytes     bytea NOT NULL CONSTRAINT upload_chunk_size CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (upload_id, ordinal)
);
ALTER TABLE upload_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE blob ADD COLUMN place text NOT NULL DEFAULT 'database'
    CONSTRAINT blob_place_known CHECK (place IN ('database', 'folder'));
COMMENT ON COLUMN blob.place IS 'Where the bytes are: in blob_chunk, or a file of the folder that all daemons share.';
CREATE TABLE thumbnail (
    sha256 bytea PRIMARY KEY CONSTRAINT thumbnail_of REFERENCES blob ON DELETE CASCADE,
    jpeg   bytea NOT NULL
);
COMMENT ON TABLE thumbnail IS 'Small pictures of papers handed in: a cache, made again when it is gone.';

-- ---- papers as they were printed ----
CREATE TABLE paper (
    dossier_id  bigint NOT NULL CONSTRAINT paper_of REFERENCES dossier,
    kind        text NOT NULL,
    number      integer NOT NULL,
    version     integer NOT NULL CONSTRAINT paper_version_from_one CHECK (version >= 1),
    form        text NOT NULL,
    template_id text NOT NULL,
    data        bytea NOT NULL,
    data_hash   bytea NOT NULL CONSTRAINT paper_data_hash_length CHECK (octet_length(data_hash) = 32),
    sha256      bytea NOT NULL CONSTRAINT paper_bytes REFERENCES blob,
    office_id   bigint CONSTRAINT paper_office REFERENCES office,
    officer_id  bigint NOT NULL,
    drawn_at    timestamptz NOT NULL,
    PRIMARY KEY (dossier_id, kind, number, version)
);
COMMENT ON TABLE paper IS 'Receipts, requests and notices as they were handed out: the data sealed, the template, the file, the office at its head. number: which of its kind in the dossier; a newer version stands for the ones before it.';
CREATE INDEX paper_sha256 ON paper (sha256);

-- ---- templates ----
CREATE TABLE form_text (
    id   text PRIMARY KEY CONSTRAINT form_text_id_is_a_hash CHECK (id ~ '^[0-9a-f]{64}$'),
    text text NOT NULL CONSTRAINT form_text_length CHECK (octet_length(text) <= 100000)
);
COMMENT ON TABLE form_text IS 'Templates by the SHA-256 of their text, for ever: a paper is drawn again with the one it was approved with.';
CREATE TABLE form_template (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    form       text NOT NULL,
    office_id  bigint CONSTRAINT form_template_for REFERENCES office,
    text_id    text CONSTRAINT form_template_text REFERENCES form_text,
    officer_id bigint NOT NULL,
    saved_at   timestamptz NOT NULL
);
COMMENT ON TABLE form_template IS 'What an office (NULL: every office) prints a form with; the newest row counts. text_id NULL: the built-in template again.';
CREATE INDEX form_template_newest ON form_template (form, office_id, id);
ALTER TABLE reference_change DROP CONSTRAINT reference_change_kind_known;
ALTER TABLE reference_change ADD CONSTRAINT reference_change_kind_known
    CHECK (kind IN ('calendar', 'ruleset', 'procedure', 'office', 'form_set', 'objective', 'form_template', 'register'));

-- ---- registers ----
ALTER TABLE register ADD COLUMN began_after bigint NOT NULL DEFAULT 0
    CONSTRAINT register_began_not_negative CHECK (began_after >= 0);
COMMENT ON COLUMN register.began_after IS 'The last number of the paper book that this register goes on from.';
ALTER TABLE register_entry ADD COLUMN is_typed boolean NOT NULL DEFAULT false;
ALTER TABLE register_entry ALTER COLUMN letter_id DROP NOT NULL,
    ADD COLUMN dossier_id bigint CONSTRAINT register_entry_dossier REFERENCES dossier,
    ADD COLUMN kind text,
    ADD COLUMN ordinal integer,
    ADD CONSTRAINT register_entry_of_one CHECK (num_nonnulls(dossier_id, kind, ordinal) = CASE WHEN letter_id IS NULL THEN 3 ELSE 0 END),
    ADD CONSTRAINT register_paper_once UNIQUE (dossier_id, kind, ordinal);
COMMENT ON COLUMN register_entry.ordinal IS 'Of a paper that is no letter: which of its kind in the dossier (paper.number). A newer version of it keeps its number.';
COMMENT ON COLUMN register_entry.is_typed IS 'A number of an outside register, as somebody typed it.';

-- Daemons from before this cannot read what it writes: they may not use this database any more.
DROP FUNCTION IF EXISTS apply_decisions(timestamptz, smallint, apply_member[], apply_event[], apply_fact[], apply_counter[],
    apply_letter[], apply_addressee[], apply_person[], apply_part[], apply_remark[], apply_outbox[], apply_deadline[],
    apply_obligation[], apply_episode[]);
UPDATE setting SET daemon_min = 23;
