-- SHA-256 fingerprints of client certificates, 64 hexadecimal digits each, separated by spaces; empty:
-- none is asked for.
ALTER TABLE credentials ADD COLUMN certificates TEXT NOT NULL DEFAULT '';
