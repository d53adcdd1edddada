// Package oidc is the host's OpenID provider: authorization code with PKCE for one public native client, its sign-in
// pages, and the tokens that the Host API accepts. People prove who they are here, by password (PasswordPeople), or at an
// upstream OpenID provider whose client this package then is (Upstream).
//
// It keeps its own tables in host/store and asks People who somebody is. It knows nothing of accounts, permissions
// or the Host API; host/server asks it whose token a call carries.
package oidc

import (
	"context"
	"errors"

	"concierge/client/api"
)

// ErrWrongCredentials is what PasswordPeople answer when an address, a password or a one-time code does not fit. It never
// says which of them was wrong: the page must not tell strangers which addresses exist (OWASP ASVS 2.2).
var ErrWrongCredentials = errors.New("wrong credentials")

// ErrAmbiguous is what UpstreamPeople answer when more than one person has an address.
var ErrAmbiguous = errors.New("more than one person has this address")

// People knows who may use the host; what they know besides is how somebody proves who they are: Config.People must also
// be PasswordPeople, or UpstreamPeople when there is an upstream provider. A host's provider implements it; every method
// may be called from many goroutines at once.
type People interface {
	// Profile says who a person is, or answers host.ErrNotFound when that person was removed or disabled: then every
	// token of theirs stops working. It is asked whenever a token is used, so it must be cheap; only when Fresh(ctx)
	// must the answer not come from memory. host.ErrUnavailable (or ErrRefused) says that it cannot be told now: nothing
	// ends then, and trying again helps.
	Profile(ctx context.Context, personID string) (Profile, error)
	// SignedIn records that a person has just signed in, from which IP address.
	SignedIn(ctx context.Context, personID, from string) error
}

// PasswordPeople prove who they are on this package's own pages.
type PasswordPeople interface {
	People
	// Authenticate checks a password. The address is compared without regard to case and surrounding blanks. It
	// answers ErrWrongCredentials, after about the same time, for an unknown address, a person who is disabled, and
	// a wrong password alike. needsTOTP asks for CheckTOTP before the person is signed in. Attempts are counted by
	// this package.
	Authenticate(ctx context.Context, email, password string) (personID string, needsTOTP bool, err error)
	// CheckTOTP checks a time-based one-time code (RFC 6238), or answers ErrWrongCredentials. A code that was already
	// accepted must not be accepted again (RFC 6238 section 5.2).
	CheckTOTP(ctx context.Context, personID, code string) error
	// Choices lists people whom one click signs in, for a host where nothing is real. Empty elsewhere.
	Choices(ctx context.Context) ([]Choice, error)
}

// UpstreamPeople prove who they are at an upstream provider, which tells their address.
type UpstreamPeople interface {
	People
	// ByEmail finds the one person who has the address there now, and never makes one: host.ErrNotFound for nobody,
	// ErrAmbiguous for more than one, host.ErrUnavailable or ErrRefused as Profile does. The answer must not come from memory: an address can pass to somebody else. Only
	// the case of ASCII letters may differ; a person whose Profile has another address is not signed in.
	ByEmail(ctx context.Context, email string) (personID string, err error)
}

type freshKey struct{}

// WithFresh returns a context in which People must not answer from memory.
func WithFresh(ctx context.Context) context.Context { return context.WithValue(ctx, freshKey{}, true) }

// Fresh tells whether People must not answer from memory.
func Fresh(ctx context.Context) bool { fresh, _ := ctx.Value(freshKey{}).(bool); return fresh }

// Profile is what the id token and the userinfo end point say of a person.
type Profile struct {
	Email     string
	FirstName string
	LastName  string
	Language  string // language tag, may be empty
}

// Choice is one person of the sample host to sign in as with one click, without password or one-time code.
type Choice struct {
	PersonID string
	Name     string   // "Marie Tremblay"
	Detail   api.Text // why one would choose this person, in both languages: "Owner of 3 accounts"
}
