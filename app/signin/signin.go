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
	"net"
	"net/http"
	"time"

	"concierge/app/access"
	"concierge/app/trouble"
	"concierge/app/vault"
	"concierge/app/wire"
	"concierge/client"
	"concierge/client/api"
)

// Identity is one person's sign-in at one host, without secrets.
type Identity struct {
	ID       string // random; also the vault's id for the secret
	HostURL  string // base URL of the Host API
	HostName string // as the host calls itself
	Sample   bool   // the host says that nothing there is real
	Embedded bool   // it is the sample host inside this application

	PersonID string // the host's id of the person
	Name     string // may be empty
	Email    string // login e-mail; may be empty

	AddedAt    time.Time
	LastUsedAt time.Time // when a token was last had

	// SignIns counts how often this person has signed in while the application runs; a sign-in that was restored is none.
	SignIns int

	// SessionOnly: the secret is in memory and in no keyring, so that the person has to sign in again when the
	// application has ended.
	SessionOnly bool
	// Trouble is nil for an identity that is as it should be. With SessionOnly it says why no keyring has the secret
	// (KeyringMissing, KeyringLocked, KeyringRefused, or of the file: DiskTrouble), nil for an adopted one; calls
	// work. Without SessionOnly calls do not work: it is SignInNeeded, or the secret could not be read (the same kinds).
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

// Discover finds hosts as package client does it.
func Discover(cfg client.Config) func(ctx context.Context, input string) (Found, error) {
	return func(ctx context.Context, input string) (Found, error) {
		h, url, err := client.Discover(ctx, input, cfg)
		if err != nil {
			return Found{}, err
		}
		return Found{URL: url, Host: wire.Host(url, h), SignIn: h.SignIn}, nil
	}
}

// Config is what a Manager needs. File, Vault, Browser and Discover are required.
type Config struct {
	File     string      // path of identities.json; its folder must exist
	Vault    vault.Vault // the operating system's keyring
	Browser  func(url string) error
	Discover func(ctx context.Context, input string) (Found, error) // see the function of that name
	May      func(address string) error                             // why nobody signs in anew at an address; nil: everybody may

	HTTP     http.RoundTripper            // for the sign-in end points; nil: one made for it
	Listen   func() (net.Listener, error) // for the browser's way back; nil: a free port of 127.0.0.1
	Language func() string                // the person's language now: "fr", "en"; nil: "en"
	Log      *slog.Logger                 // nil: slog.Default()
	Now      func() time.Time             // nil: time.Now
	Timeout  time.Duration                // how long an Attempt may take; 0: 10 minutes
}

func (c Config) withDefaults() Config {
	if c.Listen == nil {
		c.Listen = func() (net.Listener, error) { return net.Listen("tcp4", "127.0.0.1:0") }
	}
	if c.Language == nil {
		c.Language = func() string { return "en" }
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Minute
	}
	return c
}
