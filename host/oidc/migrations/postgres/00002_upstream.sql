-- +goose Up
-- A request whose person signs in at an upstream provider. The same statements serve every dialect.
ALTER TABLE oidc_requests ADD COLUMN prompt TEXT NOT NULL DEFAULT '';    -- how the provider should ask: login, select_account
ALTER TABLE oidc_requests ADD COLUMN departure TEXT NOT NULL DEFAULT ''; -- SHA-256 of the state last sent there; '' once it came back
ALTER TABLE oidc_requests ADD COLUMN trouble TEXT NOT NULL DEFAULT '';   -- why it did not come to its end: a page's name
ALTER TABLE oidc_requests ADD COLUMN address TEXT NOT NULL DEFAULT '';   -- which address the trouble is about

-- +goose Down
ALTER TABLE oidc_requests DROP COLUMN address;
ALTER TABLE oidc_requests DROP COLUMN trouble;
ALTER TABLE oidc_requests DROP COLUMN departure;
ALTER TABLE oidc_requests DROP COLUMN prompt;
