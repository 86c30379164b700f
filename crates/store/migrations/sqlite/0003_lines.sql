-- The lines of a stream that is too large for one row: the register keeps one for each party and relation. Each goes in
-- and out with the entry that says so.
CREATE TABLE lines (
    id     INTEGER PRIMARY KEY,
    stream TEXT    NOT NULL REFERENCES folds (stream),
    key    TEXT    NOT NULL,
    body   TEXT    NOT NULL,
    due_at INTEGER,
    digest BLOB    NOT NULL,
    CONSTRAINT lines_once_per_key UNIQUE (stream, key),
    CONSTRAINT lines_key_is_named CHECK (key <> ''),
    CONSTRAINT lines_digest_is_a_hash CHECK (length(digest) = 32)
) STRICT;
CREATE INDEX lines_with_an_end ON lines (stream, due_at) WHERE due_at IS NOT NULL;
