-- +goose Up

-- What was answered to a POST, so that a repeat with the same key gets the same answer without acting again.
CREATE TABLE answers (
    person_id    TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status       INTEGER NOT NULL,
    etag         TEXT NOT NULL,
    location     TEXT NOT NULL,
    body         BLOB NOT NULL,
    at           INTEGER NOT NULL, -- Unix milliseconds
    PRIMARY KEY (person_id, key)
) WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);

-- Codes that were e-mailed as proof before a sensitive call. Times are Unix milliseconds; 0 means not yet.
CREATE TABLE challenges (
    id           TEXT NOT NULL PRIMARY KEY,
    person_id    TEXT NOT NULL,
    condition    TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    code_hash    BLOB NOT NULL,
    sent_to      TEXT NOT NULL,
    at           INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    tries        INTEGER NOT NULL DEFAULT 0,
    answered_at  INTEGER NOT NULL DEFAULT 0,
    used_at      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX challenges_person ON challenges (person_id, at);
CREATE INDEX challenges_at ON challenges (at);
