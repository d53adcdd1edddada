-- +goose Up
-- Times are Unix milliseconds. Tokens, codes and browser secrets are kept only as SHA-256; all have 256 random bits.

CREATE TABLE oidc_keys (
    id      TEXT PRIMARY KEY,
    private BYTEA NOT NULL, -- PKCS #8
    created BIGINT NOT NULL
);

-- Everything issued from one sign-in: ended as a whole by deleting it.
CREATE TABLE oidc_families (
    id        TEXT PRIMARY KEY,
    person    TEXT NOT NULL,
    scopes    TEXT NOT NULL,
    methods   TEXT NOT NULL, -- how the person proved who they are (RFC 8176), by spaces
    nonce     TEXT NOT NULL,
    auth_time BIGINT NOT NULL
);
CREATE INDEX oidc_families_person ON oidc_families (person);

CREATE TABLE oidc_tokens (
    hash      BYTEA PRIMARY KEY,
    family    TEXT NOT NULL REFERENCES oidc_families (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    scopes    TEXT NOT NULL,
    expires   BIGINT NOT NULL,
    used      BIGINT, -- refresh tokens: when it was exchanged
    successor BYTEA     -- refresh tokens: hash of the one it was exchanged for
);
CREATE INDEX oidc_tokens_family ON oidc_tokens (family);
CREATE INDEX oidc_tokens_expires ON oidc_tokens (expires);

-- One authorization request, from the browser's arrival to the exchange of its code.
CREATE TABLE oidc_requests (
    id           TEXT PRIMARY KEY,
    browser      BYTEA NOT NULL, -- hash of the cookie of the browser that began it
    redirect_uri TEXT NOT NULL,
    state        TEXT NOT NULL,
    nonce        TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    challenge    TEXT NOT NULL, -- PKCE, S256
    lang         TEXT NOT NULL,
    login_hint   TEXT NOT NULL,
    expires      BIGINT NOT NULL,
    half_done    TEXT NOT NULL DEFAULT '', -- person whose password was right and whose one-time code is awaited
    person       TEXT NOT NULL DEFAULT '', -- once signed in
    methods      TEXT NOT NULL DEFAULT '',
    auth_time    BIGINT NOT NULL DEFAULT 0,
    code         BYTEA UNIQUE,
    code_expires BIGINT NOT NULL DEFAULT 0,
    code_used    BIGINT NOT NULL DEFAULT 0,
    family       TEXT NOT NULL DEFAULT ''  -- what the code was exchanged for
);

-- Recent attempts to sign in; who they are about is kept only as a hash.
CREATE TABLE oidc_attempts (
    id    TEXT NOT NULL,
    about BYTEA NOT NULL,
    at    BIGINT NOT NULL
);
CREATE INDEX oidc_attempts_about ON oidc_attempts (about, at);
CREATE INDEX oidc_attempts_at ON oidc_attempts (at);

-- +goose Down
DROP TABLE oidc_attempts;
DROP TABLE oidc_requests;
DROP TABLE oidc_tokens;
DROP TABLE oidc_families;
DROP TABLE oidc_keys;
