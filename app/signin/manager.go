package signin

import (
	"context"
	"errors"

	"concierge/app/access"
	"concierge/app/signal"
	"concierge/app/trouble"
)

var errNotYet = errors.New("not yet")

// Manager holds the identities. Make it with New; Load and Restore fill it; Close ends it. All methods may be called
// from many goroutines at once. Those that take a context block and must not be called on the UI goroutine.
type Manager struct {
	// Changed fires with an identity's id when it was added, changed, or is gone.
	Changed signal.Signal[string]
}

// New returns a Manager with no identities. It touches neither disk nor keyring.
func New(Config) *Manager { return &Manager{} }

// Load reads the file of identities. They are listed from then on; their secrets come with Restore. A file that cannot
// be read is set aside, never overwritten, and told by the error (kind SetAside); identities are then empty.
func (m *Manager) Load(context.Context) error { return errNotYet }

// Restore reads the secret of each identity from the vault. An identity whose secret could not be read stays, with its
// Trouble. The error is only about the file (see Load, which it calls when nobody has).
func (m *Manager) Restore(context.Context) error { return errNotYet }

// Close cancels what is under way and waits for it.
func (m *Manager) Close() {}

// Identities lists them, most recently used first.
func (m *Manager) Identities() []Identity { return nil }

// Identity finds one.
func (m *Manager) Identity(id string) (Identity, bool) { return Identity{}, false }

// Retry reads the identity's secret from the vault again, or saves it there when it is in memory only, as when the
// person has unlocked the keyring. It may wait for that a minute.
func (m *Manager) Retry(ctx context.Context, id string) error { return errNotYet }

// Begin finds the host and prepares a sign-in there. The hint is the e-mail to propose on the host's page, or "".
func (m *Manager) Begin(ctx context.Context, hostInput, hint string) (*Attempt, error) {
	return nil, errNotYet
}

// Adopt signs in with a refresh token had otherwise, for this session only: not in the keyring, not in the file.
func (m *Manager) Adopt(ctx context.Context, hostURL, refreshToken string) (Identity, error) {
	return Identity{}, errNotYet
}

// Tokens returns the source of access tokens of an identity (a client.TokenSource).
func (m *Manager) Tokens(id string) *Tokens { return &Tokens{} }

// SignedOut says what signing out could not do; the person should know. The identity is gone in any case.
type SignedOut struct {
	NotRevoked *trouble.Trouble // the host could not be told: the sign-in there ends by itself, later
	SecretLeft *trouble.Trouble // the keyring did not let go of the secret; it is deleted at the next start it can be
}

// SignOut ends the sign-in at the host, deletes this identity's secret and only that one, and forgets the identity.
func (m *Manager) SignOut(ctx context.Context, id string) (SignedOut, error) {
	return SignedOut{}, errNotYet
}

// SetProfile brings the identity's name, e-mail and host name up to date with what the host says. "" leaves one as it is.
func (m *Manager) SetProfile(ctx context.Context, id, name, email, hostName string) error {
	return errNotYet
}

// NeedsSample tells whether an identity lives at the embedded sample host, so that it must be started.
func (m *Manager) NeedsSample() bool { return false }

// SetSampleURL says where the embedded sample host is in this run. Call it before Begin or Adopt at that host, and
// before Restore when NeedsSample: sign-ins at this URL are remembered as the embedded host's, wherever it is next time.
func (m *Manager) SetSampleURL(url string) {}

// Attempt is one sign-in under way in the browser.
type Attempt struct{}

// URL is the address to open in a browser, for "copy the link".
func (a *Attempt) URL() string { return "" }

// Host is the host that was found.
func (a *Attempt) Host() access.Host { return access.Host{} }

// Open opens the browser. The error is BrowserTrouble; the attempt goes on, since the link can be copied.
func (a *Attempt) Open() error { return errNotYet }

// Wait returns who has signed in. It ends with Cancelled, TimedOut, SignInRefused or what went wrong. A context that
// ends only ends the waiting; Cancel ends the attempt.
func (a *Attempt) Wait(ctx context.Context) (Identity, error) { return Identity{}, errNotYet }

// Cancel ends the attempt, at any time, more than once if need be.
func (a *Attempt) Cancel() {}

// Tokens gives one identity's access token; see client.TokenSource.
type Tokens struct{}

// Token returns an access token that is good for a while yet.
func (t *Tokens) Token(ctx context.Context) (string, error) { return "", errNotYet }

// Refresh gets another token in place of the used one, which the host refused.
func (t *Tokens) Refresh(ctx context.Context, used string) error { return errNotYet }
