-- +goose Up

-- When a user's access to an account ends. Times are Unix milliseconds; 0 means not, or not yet.
CREATE TABLE schedule_ends (
    account_id    TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    generation    TEXT    NOT NULL,            -- another one for each end date that is set
    ends_at       INTEGER NOT NULL,
    reason        TEXT    NOT NULL DEFAULT '',
    set_at        INTEGER NOT NULL,
    remind_at     INTEGER NOT NULL DEFAULT 0,  -- when the next reminder is due
    reminded      INTEGER NOT NULL DEFAULT 0,  -- days of the last reminder that was given
    claim         TEXT    NOT NULL DEFAULT '', -- of who takes the access away now
    claimed_until INTEGER NOT NULL DEFAULT 0,
    claims        INTEGER NOT NULL DEFAULT 0,  -- how often it was begun
    failures      INTEGER NOT NULL DEFAULT 0,
    failure       TEXT    NOT NULL DEFAULT '', -- of the last try, for operators
    failed_at     INTEGER NOT NULL DEFAULT 0,
    retry_at      INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, user_id)
) WITHOUT ROWID;
CREATE INDEX schedule_ends_due ON schedule_ends (ends_at);
CREATE INDEX schedule_ends_remind ON schedule_ends (remind_at) WHERE remind_at > 0;
