// Package signin holds who is signed in where, and gets their tokens: signing in with the system browser, keeping the
// refresh token in the keyring, refreshing access tokens, signing out.
//
// It knows the host's sign-in (OpenID Connect) and the vault. It must not know accounts, screens, or what tokens are
// used for. Everything that went wrong is a *trouble.Trouble, except what a TokenSource returns: those are errors of
// package client, as that interface asks.
//
// # Where secrets are
//
// The refresh token is in the vault and in memory; access tokens are in memory only. The file of identities holds no
// secret. A vault that fails never loses an identity and never makes this package write a secret elsewhere: the
// identity then works until the application ends (SessionOnly), and its Trouble says why.
package signin

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/client/api"
)

// Identity is one person's sign-in at one host, without secrets.
type Identity struct {
	ID       string // random; also the vault's id for the secret
	HostURL  string // base URL of the Host API
	HostName string // as the host calls itself
	Sample   bool   // the host says that nothing there is real

	PersonID string // the host's id of the person
	Name     string // may be empty
	Email    string // login e-mail; may be empty

	AddedAt    time.Time
	LastUsedAt time.Time // about when a token was last had; exact to the hour

	// SessionOnly: the secret is in no keyring, so that the person has to sign in again when the application has ended.
	SessionOnly bool
	// Trouble is nil for an identity that works. Otherwise its kind is SignInNeeded, or one of KeyringMissing,
	// KeyringLocked and KeyringRefused; with SessionOnly or Unsaved the identity works nonetheless, until the end.
	Trouble *trouble.Trouble
}

// Works tells whether calls can be made for this identity, as far as is known here.
func (i Identity) Works() bool { return i.Trouble == nil || i.SessionOnly }

// Label is the person's name, or the e-mail when there is none.
func (i Identity) Label() string {
	if i.Name != "" {
		return i.Name
	}
	return i.Email
}

// Found is what Discover learned of a host.
type Found struct {
	URL    string // base URL, normalised
	Host   access.Host
	SignIn api.SignIn
}

// Config is what a Manager needs. File, Vault, Browser and Discover are required.
type Config struct {
	File     string      // path of identities.json; its folder must exist
	Vault    vault.Vault // the operating system's keyring
	Browser  func(url string) error
	Discover func(ctx context.Context, input string) (Found, error)

	HTTP     http.RoundTripper // for the sign-in end points; nil: one made for it
	Language func() string     // the person's language now: "fr", "en"; nil: "en"
	Log      *slog.Logger      // nil: slog.Default()
	Now      func() time.Time  // nil: time.Now
	Timeout  time.Duration     // how long an Attempt may take; 0: 10 minutes
}
