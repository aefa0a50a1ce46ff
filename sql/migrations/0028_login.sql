-- Logging in: passwords that must be changed, attempts, the second factor, the policy of a role, API tokens, one-time
-- codes in place of a shared secret, and what happened to logins.
ALTER TABLE credential
    ADD COLUMN must_change boolean NOT NULL DEFAULT false,
    ADD COLUMN is_random   boolean NOT NULL DEFAULT false,
    ADD COLUMN reset_by    bigint CONSTRAINT credential_reset_by REFERENCES officer,
    ADD COLUMN reset_at    timestamptz;
COMMENT ON COLUMN credential.must_change IS 'Somebody else made this password: until it is changed the officer may do nothing else.';
COMMENT ON COLUMN credential.is_random IS 'Made by a machine with 64 random bits: less work per hash is enough.';
COMMENT ON COLUMN credential.reset_by IS 'Who ordered the newest reset; NULL once the officer was told, at the next login.';
COMMENT ON COLUMN credential.failures IS 'Of daemons before this schema; attempts are counted in login_attempt.';

-- An officer is found by the hash of the login: what was typed into that field, which now and then is a password, is no
-- parameter of any statement.
CREATE INDEX officer_login_hash ON officer (sha256(login::bytea));

-- Whoever is logged in logs in again: a session has a public id from here on.
DELETE FROM session;
ALTER TABLE session
    DROP CONSTRAINT session_kind_known,
    ADD CONSTRAINT session_kind_known CHECK (kind IN ('cookie', 'bearer', 'token')),
    ADD COLUMN id         text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', '') CONSTRAINT session_id_once UNIQUE,
    ADD COLUMN name       text,
    ADD COLUMN scopes     text[],
    ADD COLUMN address    text NOT NULL DEFAULT '',
    ADD COLUMN user_agent text NOT NULL DEFAULT '' CONSTRAINT session_user_agent_length CHECK (length(user_agent) <= 200),
    ADD CONSTRAINT session_token_says_more CHECK ((kind = 'token') = (name IS NOT NULL AND scopes IS NOT NULL));
COMMENT ON COLUMN session.id IS 'What a list shows and a revocation names; says nothing about the token.';
COMMENT ON COLUMN session.csrf IS 'Empty: it is derived from the token.';
COMMENT ON COLUMN session.scopes IS 'Of an API token: AREA:read, AREA:write, *:read; never more than the officer''s own rights.';
COMMENT ON COLUMN session.last_used_at IS 'Written at most once a minute.';

CREATE TABLE role_policy (
    role                text PRIMARY KEY CONSTRAINT role_policy_role_word CHECK (role ~ '^[a-z_]+$'),
    needs_second_factor boolean NOT NULL,
    idle_minutes        integer NOT NULL CONSTRAINT role_policy_idle_range CHECK (idle_minutes BETWEEN 5 AND 1440),
    absolute_hours      integer NOT NULL CONSTRAINT role_policy_absolute_range CHECK (absolute_hours BETWEEN 1 AND 168),
    token_days_max      integer NOT NULL CONSTRAINT role_policy_token_range CHECK (token_days_max BETWEEN 0 AND 366)
);
COMMENT ON TABLE role_policy IS 'How those who hold a role log in; of several roles the strictest counts. token_days_max 0: no API tokens.';
INSERT INTO role_policy
SELECT r, r IN ('administrator', 'leader', 'inspector') AND NOT s.is_demonstration, 120, 12, 90
  FROM setting s, unnest(ARRAY['clerk', 'officer', 'head', 'leader', 'records', 'returner', 'statistician', 'inspector',
                               'administrator']) r;
-- Kinds of edits are words: each area says its own.
ALTER TABLE reference_change DROP CONSTRAINT IF EXISTS reference_change_kind_known;
ALTER TABLE reference_change DROP CONSTRAINT IF EXISTS reference_change_kind_word;
ALTER TABLE reference_change ADD CONSTRAINT reference_change_kind_word CHECK (kind ~ '^[a-z_]+$');

CREATE UNLOGGED TABLE login_attempt (
    login_hash bytea NOT NULL,
    client     text NOT NULL,
    n          bigint GENERATED ALWAYS AS IDENTITY,
    failures   integer NOT NULL,
    last_at    timestamptz NOT NULL,
    next_at    timestamptz NOT NULL,
    PRIMARY KEY (login_hash, client)
);
COMMENT ON TABLE login_attempt IS 'Failed logins by login and client; client "" counts all untrusted clients of a login, login "" all logins from an address. Logins are hashed: people type passwords into that field.';
CREATE INDEX login_attempt_age ON login_attempt (last_at);

CREATE TABLE second_factor (
    officer_id   bigint PRIMARY KEY CONSTRAINT second_factor_of REFERENCES officer,
    secret       bytea NOT NULL,
    last_step    bigint NOT NULL DEFAULT 0,
    made_at      timestamptz NOT NULL,
    confirmed_at timestamptz
);
COMMENT ON TABLE second_factor IS 'The sealed secret of an authenticator (RFC 6238). Counts once it is confirmed; a step is accepted once.';
CREATE TABLE recovery_code (
    officer_id bigint NOT NULL CONSTRAINT recovery_code_of REFERENCES second_factor ON DELETE CASCADE,
    hash       bytea NOT NULL CONSTRAINT recovery_code_hash_length CHECK (octet_length(hash) = 32),
    used_at    timestamptz,
    PRIMARY KEY (officer_id, hash)
);
COMMENT ON TABLE recovery_code IS 'SHA-256 of codes of 80 random bits, each good once in place of the second factor.';

CREATE TABLE login_reset (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    officer_id          bigint NOT NULL CONSTRAINT login_reset_of REFERENCES officer,
    by_officer          bigint NOT NULL CONSTRAINT login_reset_by REFERENCES officer,
    code_hash           bytea NOT NULL CONSTRAINT login_reset_hash_length CHECK (octet_length(code_hash) = 32),
    reason              text NOT NULL,
    reset_second_factor boolean NOT NULL,
    made_at             timestamptz NOT NULL,
    expires_at          timestamptz NOT NULL,
    used_at             timestamptz,
    withdrawn_at        timestamptz,
    CONSTRAINT login_reset_by_another CHECK (officer_id <> by_officer)
);
COMMENT ON TABLE login_reset IS 'One-time codes with which an officer sets the own password; whoever ordered one never learns it.';
CREATE UNIQUE INDEX login_reset_open ON login_reset (officer_id) WHERE used_at IS NULL AND withdrawn_at IS NULL;

CREATE TABLE security_event (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    officer_id bigint,
    kind       text NOT NULL CONSTRAINT security_event_kind_word CHECK (kind ~ '^[a-z_]+$'),
    by_officer bigint,
    address    text NOT NULL DEFAULT '',
    detail     text NOT NULL DEFAULT ''
);
COMMENT ON TABLE security_event IS 'What happened to logins, by the real clock; added to, never changed. Kinds: proto/tables/security_events.def. No secrets.';
CREATE INDEX security_event_of ON security_event (officer_id, id);
CREATE INDEX security_event_at ON security_event (at);
