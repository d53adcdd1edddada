-- +goose Up

-- clock numbers every write: an account's revision is the number of the last write that touched it. epoch tells one
-- database from another, so that a token given by a database that was since replaced is noticed.
CREATE TABLE sample_clock (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT    NOT NULL,
    seq   INTEGER NOT NULL
) STRICT;

CREATE TABLE people (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL,
    email_key     TEXT NOT NULL UNIQUE,
    first_name    TEXT NOT NULL,
    last_name     TEXT NOT NULL,
    language      TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_secret   TEXT NOT NULL DEFAULT '',
    totp_step     INTEGER NOT NULL DEFAULT 0, -- last time step whose code was accepted
    choice        INTEGER NOT NULL DEFAULT 0, -- place among the one-click choices of the sign-in page; 0: none
    choice_fr     TEXT NOT NULL DEFAULT '',
    choice_en     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX people_choice ON people (choice) WHERE choice > 0;

CREATE TABLE accounts (
    id          TEXT PRIMARY KEY,
    revision    INTEGER NOT NULL,
    company     TEXT NOT NULL,
    first_name  TEXT NOT NULL,
    last_name   TEXT NOT NULL,
    email       TEXT NOT NULL,
    phone       TEXT NOT NULL,
    line1       TEXT NOT NULL,
    line2       TEXT NOT NULL,
    city        TEXT NOT NULL,
    state       TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country     TEXT NOT NULL,
    language    TEXT NOT NULL,
    preferences TEXT NOT NULL, -- received mail categories, separated by spaces
    domains     TEXT NOT NULL  -- separated by spaces
) STRICT;

CREATE TABLE memberships (
    account_id   TEXT NOT NULL REFERENCES accounts (id),
    person_id    TEXT NOT NULL REFERENCES people (id),
    role         TEXT NOT NULL CHECK (role IN ('owner', 'user')),
    permissions  TEXT NOT NULL, -- separated by spaces; an owner has all, whatever stands here
    ends_at      INTEGER,       -- all times are milliseconds since 1970 UTC
    reason       TEXT NOT NULL DEFAULT '',
    last_sign_in INTEGER,
    PRIMARY KEY (account_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_person ON memberships (person_id, account_id);
CREATE INDEX memberships_ends ON memberships (ends_at) WHERE ends_at IS NOT NULL;
CREATE UNIQUE INDEX memberships_owner ON memberships (account_id) WHERE role = 'owner';

-- departures remember who no longer reaches an account, so that changes can say so.
CREATE TABLE departures (
    person_id  TEXT NOT NULL REFERENCES people (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    seq        INTEGER NOT NULL,
    PRIMARY KEY (person_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX departures_seq ON departures (person_id, seq);

CREATE TABLE invitations (
    id          TEXT PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES accounts (id),
    state       TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'cancelled')),
    email       TEXT NOT NULL,
    email_key   TEXT NOT NULL,
    language    TEXT NOT NULL,
    permissions TEXT NOT NULL,
    ends_at     INTEGER,
    reason      TEXT NOT NULL DEFAULT '',
    invited_by  TEXT NOT NULL,
    sent_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    token       TEXT NOT NULL UNIQUE, -- in the address of the invitation's page
    proof       TEXT NOT NULL         -- only in the e-mail: whoever knows it reads the invited mailbox
) STRICT;
CREATE INDEX invitations_account ON invitations (account_id, state);
CREATE INDEX invitations_expiry ON invitations (expires_at) WHERE state = 'pending';

CREATE TABLE contacts (
    id          TEXT PRIMARY KEY,
    account_id  TEXT NOT NULL REFERENCES accounts (id),
    first_name  TEXT NOT NULL,
    last_name   TEXT NOT NULL,
    company     TEXT NOT NULL,
    email       TEXT NOT NULL,
    phone       TEXT NOT NULL,
    line1       TEXT NOT NULL,
    line2       TEXT NOT NULL,
    city        TEXT NOT NULL,
    state       TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    country     TEXT NOT NULL,
    language    TEXT NOT NULL,
    preferences TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_account ON contacts (account_id);

CREATE TABLE activity (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id  TEXT NOT NULL REFERENCES accounts (id),
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    actor_email TEXT NOT NULL,
    action      TEXT NOT NULL,
    target      TEXT NOT NULL,
    permissions TEXT NOT NULL,
    fields      TEXT NOT NULL,
    ip          TEXT NOT NULL
) STRICT;
CREATE INDEX activity_account ON activity (account_id, id);

CREATE TABLE mails (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    language   TEXT NOT NULL,
    to_email   TEXT NOT NULL,
    to_key     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    body       TEXT NOT NULL,
    link       TEXT NOT NULL, -- path on this host, or empty
    link_label TEXT NOT NULL,
    code       TEXT NOT NULL
) STRICT;
CREATE INDEX mails_to ON mails (to_key, id);

CREATE TABLE resets (
    token      TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (id),
    expires_at INTEGER NOT NULL,
    used       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX resets_person ON resets (person_id);

-- attempts counts what was tried without success on a page, per subject, within a window.
CREATE TABLE attempts (
    subject TEXT PRIMARY KEY,
    since   INTEGER NOT NULL,
    count   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
