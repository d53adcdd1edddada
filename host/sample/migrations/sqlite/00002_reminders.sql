-- +goose Up

-- Reminders before an access ends: when the next one comes (0: none does), and days of the last one that was given (0:
-- none was). Of an end that was set before there were any, the last one comes.
ALTER TABLE memberships ADD COLUMN remind_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memberships ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
UPDATE memberships SET remind_at = ends_at - 86400000 WHERE ends_at IS NOT NULL AND role = 'user';
