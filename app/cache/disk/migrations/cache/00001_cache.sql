-- +goose Up
-- Everything here can be fetched again. Times are nanoseconds since 1970; 0 is never.
CREATE TABLE identities (
    id TEXT PRIMARY KEY,
    body BLOB NOT NULL,                 -- host and profile; see form.go
    listed INTEGER NOT NULL DEFAULT 0,  -- when host, profile and list were asked for
    confirmed INTEGER NOT NULL DEFAULT 0, -- when the change feed last told that this is all
    feed TEXT NOT NULL DEFAULT ''       -- its token then
) WITHOUT ROWID;

CREATE TABLE accounts (
    identity TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    permissions TEXT NOT NULL, -- JSON list
    revision TEXT NOT NULL,
    PRIMARY KEY (identity, account)
) WITHOUT ROWID;

-- The states an account was seen in. The newest of an account is how it is now.
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,        -- when the host told of it
    confirmed INTEGER NOT NULL, -- when it last did
    writer TEXT NOT NULL,       -- which run of the application wrote it; see writer.go
    revision TEXT NOT NULL,
    etag TEXT NOT NULL,
    state BLOB NOT NULL,        -- what it has to have in common with another to be the same state
    body BLOB NOT NULL          -- see form.go
);
CREATE INDEX versions_of ON versions (identity, account);

-- +goose Down
DROP TABLE versions;
DROP TABLE accounts;
DROP TABLE identities;
