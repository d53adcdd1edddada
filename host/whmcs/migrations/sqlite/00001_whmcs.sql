-- +goose Up

-- What the gateway keeps about a WHMCS, so that what is asked often costs it no calls. WHMCS stays the only place where
-- anything is decided. Times are Unix milliseconds; 0 means never, or not yet.

-- whmcs_clock numbers everything noticed: an account's revision is the number of what was noticed of it last. epoch tells
-- one database from another, so that a token given by one that was since replaced is noticed.
CREATE TABLE whmcs_clock (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    epoch     TEXT    NOT NULL,
    seq       INTEGER NOT NULL,
    log_seen  INTEGER NOT NULL DEFAULT 0, -- the newest entry of the activity log that was looked at
    polled_at INTEGER NOT NULL DEFAULT 0,
    permissions TEXT NOT NULL DEFAULT '' -- the keys of all permissions, as WHMCS listed them last
);

-- whmcs_people are users who signed in here, or whose name had to be asked for. WHMCS finds a user by e-mail only.
CREATE TABLE whmcs_people (
    id         INTEGER PRIMARY KEY,
    email      TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name  TEXT NOT NULL,
    language   TEXT NOT NULL DEFAULT '', -- what they chose here; WHMCS does not tell
    links_hash TEXT NOT NULL DEFAULT ''  -- of the clients they reach, as whmcs_reach has them
);

-- whmcs_accounts are clients that somebody who signed in reaches.
CREATE TABLE whmcs_accounts (
    id               INTEGER PRIMARY KEY,
    seq              INTEGER NOT NULL,
    marks            INTEGER NOT NULL DEFAULT 0, -- moves when what was read before may be no longer true
    dirty            INTEGER NOT NULL DEFAULT 0, -- 1: something happened elsewhere that was not looked at yet; 2: something did, most likely what was done here
    read_at          INTEGER NOT NULL DEFAULT 0, -- when all of it was read last
    name             TEXT    NOT NULL DEFAULT '',
    named_at         INTEGER NOT NULL DEFAULT 0,
    users            TEXT    NOT NULL DEFAULT '', -- ids of its users when they were read last, separated by spaces
    hash_account     TEXT    NOT NULL DEFAULT '',
    hash_users       TEXT    NOT NULL DEFAULT '',
    hash_invitations TEXT    NOT NULL DEFAULT '',
    hash_contacts    TEXT    NOT NULL DEFAULT '',
    hash_domains     TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX whmcs_accounts_read ON whmcs_accounts (read_at);

-- whmcs_reach is who reaches which account, and since or until when, for the change feed.
CREATE TABLE whmcs_reach (
    person_id      INTEGER NOT NULL,
    account_id     INTEGER NOT NULL,
    seq            INTEGER NOT NULL, -- of when it began or ended
    owner          INTEGER NOT NULL,
    gone_at        INTEGER NOT NULL DEFAULT 0,
    permissions    TEXT    NOT NULL DEFAULT '', -- separated by spaces, as they were read last
    permissions_at INTEGER NOT NULL DEFAULT 0,
    marks          INTEGER NOT NULL DEFAULT 0, -- the account's when they were read
    PRIMARY KEY (person_id, account_id)
) WITHOUT ROWID;
CREATE INDEX whmcs_reach_account ON whmcs_reach (account_id);

-- whmcs_invitations are those that were sent through this gateway: WHMCS cannot list any.
CREATE TABLE whmcs_invitations (
    id          TEXT    PRIMARY KEY,
    account_id  INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('unconfirmed', 'pending', 'accepted', 'elsewhere')),
    email       TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    permissions TEXT    NOT NULL,
    ends_at     INTEGER NOT NULL DEFAULT 0,
    reason      TEXT    NOT NULL DEFAULT '',
    invited_by  TEXT    NOT NULL,
    sent_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    call_key    TEXT    NOT NULL DEFAULT '', -- of the call that invited
    resend_key  TEXT    NOT NULL DEFAULT '', -- of the last call that sent it again
    user_id     INTEGER NOT NULL DEFAULT 0   -- who accepted
);
CREATE INDEX whmcs_invitations_account ON whmcs_invitations (account_id, state);
CREATE INDEX whmcs_invitations_key ON whmcs_invitations (call_key);

-- whmcs_activity is what was done through this gateway: WHMCS's own log names the gateway's credential for all of it.
CREATE TABLE whmcs_activity (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT    NOT NULL,
    actor_email TEXT    NOT NULL,
    action      TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    permissions TEXT    NOT NULL,
    fields      TEXT    NOT NULL,
    ip          TEXT    NOT NULL,
    text        TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX whmcs_activity_account ON whmcs_activity (account_id, at, id);
