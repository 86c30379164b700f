-- The record -------------------------------------------------------------------------------------------------

-- What happened. Only ever appended to; an erasure touches `keys` and leaves the sealed bytes unreadable.
CREATE TABLE entries (
    seq        INTEGER PRIMARY KEY,
    at         INTEGER NOT NULL,
    stream     TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    acted_by   TEXT    NOT NULL,
    erases     INTEGER NOT NULL,
    commitment BLOB    NOT NULL,
    sealed     BLOB    NOT NULL,
    key_id     INTEGER NOT NULL REFERENCES keys (id),
    CONSTRAINT entries_seq_counts_from_zero CHECK (seq >= 0),
    CONSTRAINT entries_stream_is_named CHECK (stream <> ''),
    CONSTRAINT entries_version_counts_from_one CHECK (version >= 1),
    CONSTRAINT entries_kind_is_named CHECK (kind <> ''),
    CONSTRAINT entries_somebody_acted CHECK (acted_by <> ''),
    CONSTRAINT entries_erases_or_not CHECK (erases IN (0, 1)),
    CONSTRAINT entries_commitment_is_a_hash CHECK (length(commitment) = 32),
    CONSTRAINT entries_once_per_version UNIQUE (stream, version)
) STRICT;

-- The nodes of the Merkle tree, in the storage order that the record format gives them.
CREATE TABLE hashes (
    place INTEGER PRIMARY KEY,
    hash  BLOB    NOT NULL,
    CONSTRAINT hashes_place_counts_from_zero CHECK (place >= 0),
    CONSTRAINT hashes_hash_is_a_hash CHECK (length(hash) = 32)
) STRICT;

-- One signed note per commit.
CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL,
    note TEXT    NOT NULL,
    CONSTRAINT checkpoints_cover_something CHECK (size >= 1)
) STRICT;

-- Content keys. Erasing a stream sets its key to NULL; an entry that `erases` says so.
CREATE TABLE keys (
    id      INTEGER PRIMARY KEY,
    stream  TEXT    NOT NULL,
    content BLOB,
    CONSTRAINT keys_content_is_a_key CHECK (length(content) = 32)
) STRICT;
CREATE UNIQUE INDEX keys_one_live_per_stream ON keys (stream) WHERE content IS NOT NULL;

CREATE TRIGGER entries_are_appended BEFORE INSERT ON entries
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM entries)
  OR NEW.version <> (SELECT COALESCE(MAX(version) + 1, 1) FROM entries WHERE stream = NEW.stream)
BEGIN SELECT RAISE(ABORT, 'entries are appended in order'); END;
CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'entries never change'); END;
CREATE TRIGGER entries_are_never_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

CREATE TRIGGER hashes_are_appended BEFORE INSERT ON hashes
WHEN NEW.place <> (SELECT COALESCE(MAX(place) + 1, 0) FROM hashes)
BEGIN SELECT RAISE(ABORT, 'hashes are appended in order'); END;
CREATE TRIGGER hashes_never_change BEFORE UPDATE ON hashes
BEGIN SELECT RAISE(ABORT, 'hashes never change'); END;
CREATE TRIGGER hashes_are_never_deleted BEFORE DELETE ON hashes
BEGIN SELECT RAISE(ABORT, 'hashes are never deleted'); END;

CREATE TRIGGER checkpoints_grow BEFORE INSERT ON checkpoints
WHEN NEW.size <= (SELECT COALESCE(MAX(size), 0) FROM checkpoints)
BEGIN SELECT RAISE(ABORT, 'checkpoints only grow'); END;
CREATE TRIGGER checkpoints_never_change BEFORE UPDATE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints never change'); END;
CREATE TRIGGER checkpoints_are_never_deleted BEFORE DELETE ON checkpoints
BEGIN SELECT RAISE(ABORT, 'checkpoints are never deleted'); END;

CREATE TRIGGER keys_are_only_erased BEFORE UPDATE ON keys
WHEN OLD.content IS NULL OR NEW.content IS NOT NULL OR NEW.id <> OLD.id OR NEW.stream <> OLD.stream
BEGIN SELECT RAISE(ABORT, 'a key is only ever erased'); END;
CREATE TRIGGER keys_are_never_deleted BEFORE DELETE ON keys
BEGIN SELECT RAISE(ABORT, 'the place of an erased key stays'); END;

-- The rows folded from it ------------------------------------------------------------------------------------

CREATE TABLE folds (
    stream     TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    first_seq  INTEGER NOT NULL UNIQUE REFERENCES entries (seq),
    last_seq   INTEGER NOT NULL UNIQUE REFERENCES entries (seq),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    step       TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    searched   TEXT    NOT NULL,
    due_at     INTEGER,
    is_open    INTEGER NOT NULL,
    digest     BLOB    NOT NULL,
    CONSTRAINT folds_kind_is_named CHECK (kind <> ''),
    CONSTRAINT folds_version_counts_from_one CHECK (version >= 1),
    CONSTRAINT folds_entries_are_in_order CHECK (last_seq >= first_seq),
    CONSTRAINT folds_state_is_json CHECK (json_valid(state)),
    CONSTRAINT folds_open_or_closed CHECK (is_open IN (0, 1)),
    CONSTRAINT folds_digest_is_a_hash CHECK (length(digest) = 32)
) STRICT;
CREATE INDEX folds_by_due ON folds (kind, COALESCE(due_at, 9223372036854775807), stream);
CREATE INDEX folds_by_age ON folds (kind, first_seq);
CREATE INDEX folds_with_a_clock ON folds (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE features (
    kind    TEXT NOT NULL,
    feature TEXT NOT NULL,
    stream  TEXT NOT NULL REFERENCES folds (stream),
    CONSTRAINT features_feature_is_named CHECK (feature <> ''),
    PRIMARY KEY (kind, feature, stream)
) STRICT, WITHOUT ROWID;
CREATE INDEX features_of_stream ON features (stream);

-- What is to be done -----------------------------------------------------------------------------------------

CREATE TABLE effects (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    key         TEXT    NOT NULL,
    stream      TEXT    NOT NULL REFERENCES folds (stream),
    kind        TEXT    NOT NULL,
    payload     TEXT,
    due_at      INTEGER NOT NULL,
    tries       INTEGER NOT NULL DEFAULT 0,
    token       INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER,
    done_at     INTEGER,
    dropped_for TEXT,
    CONSTRAINT effects_once_per_key UNIQUE (key),
    CONSTRAINT effects_key_is_named CHECK (key <> ''),
    CONSTRAINT effects_kind_is_named CHECK (kind <> ''),
    CONSTRAINT effects_token_rises_with_each_try CHECK (token >= tries AND tries >= 0),
    CONSTRAINT effects_payload_until_done CHECK ((payload IS NULL) = (done_at IS NOT NULL)),
    CONSTRAINT effects_lease_until_done CHECK (done_at IS NULL OR lease_until IS NULL),
    CONSTRAINT effects_dropped_is_done CHECK (dropped_for IS NULL OR done_at IS NOT NULL)
) STRICT;
CREATE INDEX effects_waiting ON effects (due_at, id) WHERE done_at IS NULL;
CREATE INDEX effects_outstanding ON effects (stream) WHERE done_at IS NULL;

-- Beside the duty --------------------------------------------------------------------------------------------

CREATE TABLE remembered (
    account      TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    status       INTEGER NOT NULL,
    body         TEXT,
    at           INTEGER NOT NULL,
    first_seq    INTEGER NOT NULL,
    last_seq     INTEGER NOT NULL,
    CONSTRAINT remembered_status_is_a_status CHECK (status BETWEEN 100 AND 999),
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX remembered_by_age ON remembered (at);

CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    data       TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE credentials (
    account TEXT    NOT NULL PRIMARY KEY,
    hash    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    CONSTRAINT credentials_hash_is_set CHECK (hash <> '')
) STRICT, WITHOUT ROWID;

CREATE TABLE failed_sign_ins (
    id      INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    address TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX failed_sign_ins_by_name ON failed_sign_ins (name, at);
CREATE INDEX failed_sign_ins_by_address ON failed_sign_ins (address, at);
CREATE INDEX failed_sign_ins_by_age ON failed_sign_ins (at);
