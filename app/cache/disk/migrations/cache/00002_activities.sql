-- +goose Up
-- The newest page of what the host says was done in an account, and the account's revision when it was asked.
CREATE TABLE activities (
    identity TEXT NOT NULL,
    account TEXT NOT NULL,
    revision TEXT NOT NULL,
    body BLOB NOT NULL, -- see form.go
    PRIMARY KEY (identity, account)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE activities;
