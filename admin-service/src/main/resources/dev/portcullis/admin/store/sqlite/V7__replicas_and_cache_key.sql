-- Replicas of the admin-service that share this database. Where the database is a file there is one
-- process, and no row.
CREATE TABLE replica (
    id             TEXT    NOT NULL PRIMARY KEY,
    -- random for each start of its process
    incarnation    TEXT    NOT NULL,
    -- rises with every renewal
    version        INTEGER NOT NULL,
    -- for how long after it asked for a renewal the leases that it gives may reach, margin included
    lease_ms       INTEGER NOT NULL,
    -- everything up to here is effective on all its gateways
    acked_revision INTEGER NOT NULL,
    -- how its gateways stand, for lists; JSON
    gateways       TEXT    NOT NULL,
    software       TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- With which gateways seal what they keep in a shared cache. It is no part of a dump: another
-- database has another key.
CREATE TABLE cache_key (
    id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    key_id TEXT    NOT NULL,
    key    BLOB    NOT NULL CHECK (length(key) = 32)
) STRICT;
