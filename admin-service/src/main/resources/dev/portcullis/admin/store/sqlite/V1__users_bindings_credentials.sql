-- Instants are milliseconds since the epoch. Booleans are 0 and 1.

-- The one row that every change takes its revision from, and so is held locked until commit:
-- revisions rise in commit order. The head of the audit chain is kept here too, so that an event
-- missing from its end is found.
CREATE TABLE head (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    revision   INTEGER NOT NULL,
    -- changes up to this revision are no longer in the change log
    trimmed_to INTEGER NOT NULL,
    audit_seq  INTEGER NOT NULL,
    audit_hash BLOB    NOT NULL,
    -- for how long, counted from now, a gateway of another process may hold a lease; 0: none does
    lease_outstanding_ms INTEGER NOT NULL
) STRICT;

INSERT INTO head VALUES (
    1, 0, 0, 0, x'0000000000000000000000000000000000000000000000000000000000000000', 0);

CREATE TABLE users (
    id               TEXT    NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    -- the name in the form in which it is unique, deleted users included
    name_key         TEXT    NOT NULL UNIQUE,
    description      TEXT    NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('service', 'person', 'internal')),
    blocked          INTEGER NOT NULL CHECK (blocked IN (0, 1)),
    created_at       INTEGER NOT NULL,
    created_by       TEXT    NOT NULL,
    created_revision INTEGER NOT NULL,
    deleted_at       INTEGER,
    last_used_at     INTEGER,
    -- of the latest change to the user or their bindings
    revision         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX users_by_creation ON users (created_revision, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_kind ON users (kind, created_revision, id) WHERE deleted_at IS NULL;

CREATE TABLE bindings (
    user_id     TEXT NOT NULL REFERENCES users (id),
    application TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('auditor', 'reader', 'writer', 'admin')),
    PRIMARY KEY (user_id, application)
) STRICT, WITHOUT ROWID;

CREATE INDEX bindings_by_role ON bindings (application, role, user_id);

CREATE TABLE credentials (
    prefix           TEXT    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL
        CHECK (kind IN ('access_token', 'api_key', 'exchanged_token')),
    name             TEXT    NOT NULL,
    user_id          TEXT    NOT NULL REFERENCES users (id),
    hash_algorithm   TEXT    NOT NULL CHECK (hash_algorithm IN ('sha-256')),
    hash             BLOB    NOT NULL CHECK (length(hash) = 32),
    state            TEXT    NOT NULL CHECK (state IN ('live', 'revoked', 'replaced')),
    created_at       INTEGER NOT NULL,
    created_by       TEXT    NOT NULL,
    created_revision INTEGER NOT NULL,
    -- absent: it never expires
    expires_at       INTEGER,
    revoked_at       INTEGER,
    last_used_at     INTEGER,
    last_used_from   TEXT,
    -- of the latest change to the credential
    revision         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX credentials_by_creation ON credentials (created_revision, prefix);
CREATE INDEX credentials_by_state ON credentials (state, created_revision, prefix);
CREATE INDEX credentials_by_user ON credentials (user_id, created_revision, prefix);
CREATE INDEX credentials_by_user_state
    ON credentials (user_id, state, created_revision, prefix);

CREATE TABLE change (
    revision     INTEGER NOT NULL,
    change_key   TEXT    NOT NULL,
    committed_at INTEGER NOT NULL,
    PRIMARY KEY (revision, change_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_event (
    seq           INTEGER NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL,
    happened_at   INTEGER NOT NULL,
    actor_id      TEXT    NOT NULL,
    actor_name    TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    request_id    TEXT    NOT NULL,
    action        TEXT    NOT NULL,
    target_kind   TEXT    NOT NULL,
    target_id     TEXT    NOT NULL,
    -- JSON; absent where there was or is nothing
    before_state  TEXT,
    after_state   TEXT,
    previous_hash BLOB    NOT NULL CHECK (length(previous_hash) = 32),
    hash          BLOB    NOT NULL CHECK (length(hash) = 32)
) STRICT;
