-- +goose Up

-- whmcs_letters are the reminders of an end that people are written: of each user's access one to themselves and one to the
-- owner. A row stays for a while after it was written, so that ends that are set again and again do not write each time.
CREATE TABLE whmcs_letters (
    account_id BIGINT  NOT NULL,
    user_id    BIGINT  NOT NULL, -- whose access ends
    to_owner   BIGINT  NOT NULL, -- 1: it is the owner who is written to
    ends_at    BIGINT  NOT NULL,
    due_at     BIGINT  NOT NULL, -- when it is to be tried; 0: nothing waits
    tries      BIGINT  NOT NULL DEFAULT 0,
    written_at BIGINT  NOT NULL DEFAULT 0, -- when the last one was handed over
    PRIMARY KEY (account_id, user_id, to_owner)
);
CREATE INDEX whmcs_letters_due ON whmcs_letters (due_at);
