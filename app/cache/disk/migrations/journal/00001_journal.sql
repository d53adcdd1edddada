-- +goose Up
-- rescue.go reads this table from the bare file: a column may be added at the end, none moved or taken away.
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,    -- nanoseconds since 1970
    ended INTEGER NOT NULL, -- the same; 0: not yet
    body BLOB NOT NULL,
    sum BLOB NOT NULL       -- of all the others, so that damage is seen
);
CREATE INDEX entries_of ON entries (identity, account, ended);

-- Identities that are signing out, until their entries are gone.
CREATE TABLE leaving (identity TEXT PRIMARY KEY) WITHOUT ROWID;

-- +goose Down
DROP TABLE leaving;
DROP TABLE entries;
