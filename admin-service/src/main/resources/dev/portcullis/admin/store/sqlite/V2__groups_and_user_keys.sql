CREATE TABLE groups (
    id               TEXT    NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    -- the name in the form in which it is unique, and in the order of which groups are listed
    name_key         TEXT    NOT NULL UNIQUE,
    created_at       INTEGER NOT NULL,
    created_by       TEXT    NOT NULL,
    created_revision INTEGER NOT NULL,
    -- kept with the memberships, so that showing a group costs the same whatever its size
    member_count     INTEGER NOT NULL CHECK (member_count >= 0),
    -- of the latest change to the group, its members or bindings
    revision         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The members' place in the order of creation is repeated here, so that they are listed in it.
CREATE TABLE memberships (
    user_id               TEXT    NOT NULL REFERENCES users (id),
    group_id              TEXT    NOT NULL REFERENCES groups (id),
    user_created_revision INTEGER NOT NULL,
    PRIMARY KEY (user_id, group_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_by_group ON memberships (group_id, user_created_revision, user_id);

CREATE TABLE group_bindings (
    group_id    TEXT NOT NULL REFERENCES groups (id),
    application TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('auditor', 'reader', 'writer', 'admin')),
    PRIMARY KEY (group_id, application)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_bindings_by_role ON group_bindings (application, role, group_id);

-- A public key (JWK, RFC 7517) and its thumbprint (RFC 7638, SHA-256, base64url): both or neither.
ALTER TABLE users ADD COLUMN jwk TEXT;
ALTER TABLE users ADD COLUMN jwk_thumbprint TEXT
    CHECK ((jwk IS NULL) = (jwk_thumbprint IS NULL));
