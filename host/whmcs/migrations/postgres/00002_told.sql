-- +goose Up

-- An entry is written before what it tells of is done, so that what is killed in between has one: unconfirmed until it is known
-- that it was done. call_key is of the call that does it, so that a repeat ends the entry of the first try; subject is the id of
-- what it is done to, so that reading the account can tell.
ALTER TABLE whmcs_activity ADD COLUMN unconfirmed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE whmcs_activity ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE whmcs_activity ADD COLUMN call_key TEXT NOT NULL DEFAULT '';
CREATE INDEX whmcs_activity_unconfirmed ON whmcs_activity (account_id) WHERE unconfirmed = 1;
