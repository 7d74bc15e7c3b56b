-- Restrictions, rotation, peppers, parents. The table is made anew, since a check of a column
-- cannot be altered; every row is kept.
CREATE TABLE credentials_new (
    prefix           TEXT    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL
        CHECK (kind IN ('access_token', 'api_key', 'exchanged_token')),
    name             TEXT    NOT NULL,
    user_id          TEXT    NOT NULL REFERENCES users (id),
    hash_algorithm   TEXT    NOT NULL
        CHECK (hash_algorithm IN ('sha-256', 'hmac-sha-256', 'sha-256-whole')),
    -- what the hash was made with; absent unless it is an HMAC
    pepper_id        TEXT,
    hash             BLOB    NOT NULL CHECK (length(hash) = 32),
    -- replaced: rotated, and working until replaced_at
    state            TEXT    NOT NULL CHECK (state IN ('live', 'replaced', 'revoked')),
    created_at       INTEGER NOT NULL,
    created_by       TEXT    NOT NULL,
    created_revision INTEGER NOT NULL,
    -- absent: it never expires
    expires_at       INTEGER,
    -- absent: it was not rotated
    replaced_at      INTEGER,
    revoked_at       INTEGER,
    last_used_at     INTEGER,
    last_used_from   TEXT,
    -- absent: none
    max_role         TEXT    CHECK (max_role IN ('auditor', 'reader', 'writer', 'admin')),
    -- separated by spaces; empty: all applications, any address
    applications     TEXT    NOT NULL,
    cidrs            TEXT    NOT NULL,
    -- the one it was rotated from, the one it was rotated to, the first of them all
    replaces         TEXT,
    replaced_by      TEXT,
    family           TEXT    NOT NULL,
    -- how long before its expiry it is rotated automatically, in milliseconds; absent: it is not
    rotate_before    INTEGER CHECK (rotate_before > 0),
    -- the API key it was exchanged from
    parent           TEXT,
    -- of the latest change to the credential
    revision         INTEGER NOT NULL,
    -- what follows is made of the above, for the indexes
    -- when time ends it, whatever else does
    ends_at          INTEGER NOT NULL GENERATED ALWAYS AS (
        min(coalesce(expires_at, 9223372036854775807),
            coalesce(replaced_at, 9223372036854775807))) VIRTUAL,
    -- 0: never
    used_at          INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(last_used_at, 0)) VIRTUAL,
    rotate_at        INTEGER GENERATED ALWAYS AS (expires_at - rotate_before) VIRTUAL,
    CHECK ((pepper_id IS NOT NULL) = (hash_algorithm = 'hmac-sha-256')),
    CHECK (state <> 'replaced' OR replaced_at IS NOT NULL),
    CHECK (rotate_before IS NULL OR expires_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Until now nothing was rotated; a row that said so was dead from the beginning.
INSERT INTO credentials_new (
        prefix, kind, name, user_id, hash_algorithm, hash, state, created_at, created_by,
        created_revision, expires_at, replaced_at, revoked_at, last_used_at, last_used_from,
        applications, cidrs, family, revision)
    SELECT prefix, kind, name, user_id, hash_algorithm, hash, state, created_at, created_by,
        created_revision, expires_at, CASE state WHEN 'replaced' THEN created_at END, revoked_at,
        last_used_at, last_used_from,
        '', '', prefix, revision
    FROM credentials;

DROP TABLE credentials;
ALTER TABLE credentials_new RENAME TO credentials;

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

-- What automatic rotation made, readable with its user's private key alone.
CREATE TABLE sealed_token (
    successor TEXT NOT NULL PRIMARY KEY REFERENCES credentials (prefix),
    -- the prefix of the one that was rotated
    replaced  TEXT NOT NULL UNIQUE REFERENCES credentials (prefix),
    -- in compact form (RFC 7516)
    jwe       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
