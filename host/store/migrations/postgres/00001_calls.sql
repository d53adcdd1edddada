-- +goose Up

-- What was answered to a POST, so that a repeat with the same key gets the same answer without acting again.
CREATE TABLE answers (
    person_id    TEXT NOT NULL,
    key          TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    status       BIGINT NOT NULL,
    etag         TEXT NOT NULL,
    location     TEXT NOT NULL,
    body         BYTEA NOT NULL,
    at           BIGINT NOT NULL, -- Unix milliseconds
    PRIMARY KEY (person_id, key)
);
CREATE INDEX answers_at ON answers (at);

-- Codes that were e-mailed as proof before a sensitive call. Times are Unix milliseconds; 0 means not yet.
CREATE TABLE challenges (
    id           TEXT NOT NULL PRIMARY KEY,
    person_id    TEXT NOT NULL,
    condition    TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    code_hash    BYTEA NOT NULL,
    sent_to      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    tries        BIGINT NOT NULL DEFAULT 0,
    answered_at  BIGINT NOT NULL DEFAULT 0,
    used_at      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX challenges_person ON challenges (person_id, at);
CREATE INDEX challenges_at ON challenges (at);
