-- How many of a key's tokens are good is counted before each exchange.
CREATE INDEX credentials_by_parent ON credentials (parent, ends_at)
    WHERE parent IS NOT NULL AND state = 'live';

-- Replaced credentials that came back after their overlap; each is told of once.
CREATE TABLE reuse (
    prefix      TEXT    NOT NULL PRIMARY KEY REFERENCES credentials (prefix),
    detected_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
