-- The tables of the SQLite database, with the same meaning. Instants are milliseconds since the
-- epoch, booleans 0 and 1; texts are ordered by their octets, as there. How migrations behind this
-- one are written, so that two versions of the program can run meanwhile: docs/postgresql.md.

-- The one row that every change locks first and takes its revision from, until commit: revisions
-- rise in commit order. The head of the audit chain is kept here too, so that an event missing from
-- its end is found.
CREATE TABLE head (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    revision   BIGINT NOT NULL,
    -- changes up to this revision are no longer in the change log
    trimmed_to BIGINT NOT NULL,
    audit_seq  BIGINT NOT NULL,
    audit_hash BYTEA  NOT NULL,
    -- kept for dumps alone: here the rows of replicas say it
    lease_outstanding_ms BIGINT NOT NULL,
    -- programs that know no schema as new as this one understand the database no longer
    oldest_program BIGINT NOT NULL DEFAULT 7
);

INSERT INTO head VALUES (
    1, 0, 0, 0,
    '\x0000000000000000000000000000000000000000000000000000000000000000'::bytea, 0, 7);

CREATE TABLE users (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name             TEXT COLLATE "C" NOT NULL,
    -- the name in the form in which it is unique, deleted users included
    name_key         TEXT COLLATE "C" NOT NULL UNIQUE,
    description      TEXT COLLATE "C" NOT NULL,
    kind             TEXT COLLATE "C" NOT NULL
        CHECK (kind IN ('service', 'person', 'internal')),
    blocked          BIGINT NOT NULL CHECK (blocked IN (0, 1)),
    created_at       BIGINT NOT NULL,
    created_by       TEXT COLLATE "C" NOT NULL,
    created_revision BIGINT NOT NULL,
    deleted_at       BIGINT,
    last_used_at     BIGINT,
    -- of the latest change to the user or their bindings
    revision         BIGINT NOT NULL,
    -- A public key (JWK, RFC 7517) and its thumbprint (RFC 7638, SHA-256, base64url)
    jwk              TEXT COLLATE "C",
    jwk_thumbprint   TEXT COLLATE "C",
    CHECK ((jwk IS NULL) = (jwk_thumbprint IS NULL))
);

CREATE INDEX users_by_creation ON users (created_revision, id) WHERE deleted_at IS NULL;
CREATE INDEX users_by_kind ON users (kind, created_revision, id) WHERE deleted_at IS NULL;

CREATE TABLE groups (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name             TEXT COLLATE "C" NOT NULL,
    -- the name in the form in which it is unique, and in the order of which groups are listed
    name_key         TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at       BIGINT NOT NULL,
    created_by       TEXT COLLATE "C" NOT NULL,
    created_revision BIGINT NOT NULL,
    -- kept with the memberships, so that showing a group costs the same whatever its size
    member_count     BIGINT NOT NULL CHECK (member_count >= 0),
    -- of the latest change to the group, its members or bindings
    revision         BIGINT NOT NULL
);

-- The members' place in the order of creation is repeated here, so that they are listed in it.
CREATE TABLE memberships (
    user_id               TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    group_id              TEXT COLLATE "C" NOT NULL REFERENCES groups (id),
    user_created_revision BIGINT NOT NULL,
    PRIMARY KEY (user_id, group_id)
);

CREATE INDEX memberships_by_group ON memberships (group_id, user_created_revision, user_id);

CREATE TABLE bindings (
    user_id     TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    application TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL
        CHECK (role IN ('auditor', 'reader', 'writer', 'admin')),
    PRIMARY KEY (user_id, application)
);

CREATE INDEX bindings_by_role ON bindings (application, role, user_id);

CREATE TABLE group_bindings (
    group_id    TEXT COLLATE "C" NOT NULL REFERENCES groups (id),
    application TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL
        CHECK (role IN ('auditor', 'reader', 'writer', 'admin')),
    PRIMARY KEY (group_id, application)
);

CREATE INDEX group_bindings_by_role ON group_bindings (application, role, group_id);

CREATE TABLE credentials (
    prefix           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind             TEXT COLLATE "C" NOT NULL
        CHECK (kind IN ('access_token', 'api_key', 'exchanged_token')),
    name             TEXT COLLATE "C" NOT NULL,
    user_id          TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    hash_algorithm   TEXT COLLATE "C" NOT NULL
        CHECK (hash_algorithm IN ('sha-256', 'hmac-sha-256', 'sha-256-whole')),
    -- what the hash was made with; absent unless it is an HMAC
    pepper_id        TEXT COLLATE "C",
    hash             BYTEA  NOT NULL CHECK (length(hash) = 32),
    -- replaced: rotated, and working until replaced_at
    state            TEXT COLLATE "C" NOT NULL CHECK (state IN ('live', 'replaced', 'revoked')),
    created_at       BIGINT NOT NULL,
    created_by       TEXT COLLATE "C" NOT NULL,
    created_revision BIGINT NOT NULL,
    -- absent: it never expires
    expires_at       BIGINT,
    -- absent: it was not rotated
    replaced_at      BIGINT,
    revoked_at       BIGINT,
    last_used_at     BIGINT,
    last_used_from   TEXT COLLATE "C",
    -- absent: none
    max_role         TEXT COLLATE "C"
        CHECK (max_role IN ('auditor', 'reader', 'writer', 'admin')),
    -- separated by spaces; empty: all applications, any address
    applications     TEXT COLLATE "C" NOT NULL,
    cidrs            TEXT COLLATE "C" NOT NULL,
    -- the one it was rotated from, the one it was rotated to, the first of them all
    replaces         TEXT COLLATE "C",
    replaced_by      TEXT COLLATE "C",
    family           TEXT COLLATE "C" NOT NULL,
    -- how long before its expiry it is rotated automatically, in milliseconds; absent: it is not
    rotate_before    BIGINT CHECK (rotate_before > 0),
    -- the API key it was exchanged from
    parent           TEXT COLLATE "C",
    -- of the latest change to the credential
    revision         BIGINT NOT NULL,
    -- SHA-256 fingerprints of client certificates, 64 hexadecimal digits each, separated by spaces;
    -- empty: none is asked for
    certificates     TEXT COLLATE "C" NOT NULL DEFAULT '',
    -- what follows is made of the above, for the indexes
    -- when time ends it, whatever else does
    ends_at          BIGINT NOT NULL GENERATED ALWAYS AS (
        least(coalesce(expires_at, 9223372036854775807),
            coalesce(replaced_at, 9223372036854775807))) STORED,
    -- 0: never
    used_at          BIGINT NOT NULL GENERATED ALWAYS AS (coalesce(last_used_at, 0)) STORED,
    rotate_at        BIGINT GENERATED ALWAYS AS (expires_at - rotate_before) STORED,
    CHECK ((pepper_id IS NOT NULL) = (hash_algorithm = 'hmac-sha-256')),
    CHECK (state <> 'replaced' OR replaced_at IS NOT NULL),
    CHECK (rotate_before IS NULL OR expires_at IS NOT NULL)
);

-- A list of several states is merged from one range of an index for each.
CREATE INDEX credentials_by_creation ON credentials (kind, state, created_revision, prefix);
CREATE INDEX credentials_by_end ON credentials (kind, state, ends_at, prefix);
CREATE INDEX credentials_by_use ON credentials (kind, state, used_at, prefix);
CREATE INDEX credentials_by_user_creation
    ON credentials (user_id, kind, state, created_revision, prefix);
CREATE INDEX credentials_by_user_end ON credentials (user_id, kind, state, ends_at, prefix);
CREATE INDEX credentials_by_user_use ON credentials (user_id, kind, state, used_at, prefix);

-- The first of a family is found by its prefix.
CREATE INDEX credentials_by_family ON credentials (family, prefix) WHERE family <> prefix;
CREATE INDEX credentials_by_rotation ON credentials (rotate_at, prefix)
    WHERE rotate_before IS NOT NULL AND state = 'live';
CREATE INDEX credentials_by_pepper ON credentials (pepper_id, ends_at)
    WHERE pepper_id IS NOT NULL AND state <> 'revoked';
-- How many of a key's tokens are good is counted before each exchange.
CREATE INDEX credentials_by_parent ON credentials (parent, ends_at)
    WHERE parent IS NOT NULL AND state = 'live';

-- What automatic rotation made, readable with its user's private key alone.
CREATE TABLE sealed_token (
    successor TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES credentials (prefix),
    -- the prefix of the one that was rotated
    replaced  TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES credentials (prefix),
    -- in compact form (RFC 7516)
    jwe       TEXT COLLATE "C" NOT NULL
);

-- Replaced credentials that came back after their overlap; each is told of once.
CREATE TABLE reuse (
    prefix      TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES credentials (prefix),
    detected_at BIGINT NOT NULL
);

CREATE TABLE change (
    revision     BIGINT NOT NULL,
    change_key   TEXT COLLATE "C" NOT NULL,
    committed_at BIGINT NOT NULL,
    PRIMARY KEY (revision, change_key)
);

CREATE TABLE audit_event (
    seq           BIGINT NOT NULL PRIMARY KEY,
    revision      BIGINT NOT NULL,
    happened_at   BIGINT NOT NULL,
    actor_id      TEXT COLLATE "C" NOT NULL,
    actor_name    TEXT COLLATE "C" NOT NULL,
    source        TEXT COLLATE "C" NOT NULL,
    request_id    TEXT COLLATE "C" NOT NULL,
    action        TEXT COLLATE "C" NOT NULL,
    target_kind   TEXT COLLATE "C" NOT NULL,
    target_id     TEXT COLLATE "C" NOT NULL,
    -- JSON; absent where there was or is nothing
    before_state  TEXT COLLATE "C",
    after_state   TEXT COLLATE "C",
    previous_hash BYTEA NOT NULL CHECK (length(previous_hash) = 32),
    hash          BYTEA NOT NULL CHECK (length(hash) = 32)
);

-- How the audit log is read by filter: each of these answers its events in order, from any place,
-- in any direction.
CREATE INDEX audit_by_actor ON audit_event (actor_id, seq);
CREATE INDEX audit_by_actor_name ON audit_event (actor_name, seq);
CREATE INDEX audit_by_target ON audit_event (target_id, seq);
CREATE INDEX audit_by_action ON audit_event (action, seq);
-- an action's beginning up to its dot, dot included: "token."
CREATE INDEX audit_by_family ON audit_event (substr(action, 1, strpos(action, '.')), seq);
-- where in the log an instant is
CREATE INDEX audit_by_time ON audit_event (happened_at, seq);

-- Replicas of the admin-service that share this database.
CREATE TABLE replica (
    id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- random for each start of its process
    incarnation    TEXT COLLATE "C" NOT NULL,
    -- rises with every renewal
    version        BIGINT NOT NULL,
    -- for how long after it asked for a renewal the leases that it gives may reach, margin included
    lease_ms       BIGINT NOT NULL,
    -- everything up to here is effective on all its gateways
    acked_revision BIGINT NOT NULL,
    -- how its gateways stand, for lists; JSON
    gateways       TEXT COLLATE "C" NOT NULL,
    software       TEXT COLLATE "C" NOT NULL
);

-- With which gateways seal what they keep in a shared cache. It is no part of a dump: another
-- database has another key.
CREATE TABLE cache_key (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    key_id TEXT COLLATE "C" NOT NULL,
    key    BYTEA NOT NULL CHECK (length(key) = 32)
);
