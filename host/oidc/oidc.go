package oidc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	protocol "github.com/zitadel/oidc/v3/pkg/oidc"

	"concierge/host"
	"concierge/host/store"
)

// How long things live.
const (
	AccessLifetime  = 10 * time.Minute    // access tokens, and the id token beside them
	RefreshLifetime = 90 * 24 * time.Hour // each refresh token, from its own issue: a sign-in ends 90 days after its last use
	RequestLifetime = 10 * time.Minute    // from the browser's arrival to the end of its sign-in
	CodeLifetime    = 60 * time.Second    // authorization codes (RFC 6749 section 4.1.2 allows ten minutes at most)

	// KeyLife is how long a key signs before the next one does; KeyLead how long that one is shown before it signs, so that
	// whoever keeps the keys for a while has it by then; KeyKept how long one is shown after it last signed, which is longer than
	// anything lives that it signed.
	KeyLife = 90 * 24 * time.Hour
	KeyLead = 24 * time.Hour
	KeyKept = 24 * time.Hour
	keysFor = 10 * time.Minute // before the store is looked at anew: another process may have made a key

	// RetryGrace is how long after its exchange a refresh token may be exchanged once more, when nobody has used what
	// it was first exchanged for: the answer was lost on the way, and asking again is honest. What was first issued
	// then stops working, so a thief and the owner still cannot both go on (RFC 9700 section 4.14.2).
	RetryGrace = 30 * time.Second
)

// Scopes lists what may be asked for. Without offline_access there is no refresh token.
func Scopes() []string {
	return []string{protocol.ScopeOpenID, protocol.ScopeProfile, protocol.ScopeEmail, protocol.ScopeOfflineAccess}
}

//go:embed migrations
var migrations embed.FS

// Config says what a Provider needs. Store, People, Issuer and ClientID are required.
type Config struct {
	Store    *store.DB
	People   People // also PasswordPeople; UpstreamPeople with Upstream
	ClientID string // the one public client there is: the application

	// Upstream is where people prove who they are, instead of on this provider's pages; nil: on its pages.
	Upstream *Upstream

	// Issuer returns the issuer, such as "https://host.example/oidc", without a slash at its end. It is asked on each
	// call, so that it may be known only once the listener is; until it answers non-empty, calls are answered 503.
	Issuer func() string

	Name      string                       // the provider's name, on the pages; may be empty
	ForgotURL string                       // where somebody who forgot the password goes; may be empty; not with Upstream
	ClientIP  func(r *http.Request) string // who is calling, where a proxy stands before; nil: the peer's address
	Now       func() time.Time             // nil: time.Now
	Rand      io.Reader                    // nil: crypto/rand; safe for use by several goroutines
	Log       *slog.Logger                 // nil: slog.Default
}

// Provider is the OpenID provider. Its methods may be called from many goroutines at once.
type Provider struct {
	Config
	handler http.Handler

	keyOnce sync.Mutex // held while keys are read or made
	keys    []key
	keysAt  time.Time // when they were read
}

// New brings the tables up to date and returns a provider.
func New(ctx context.Context, c Config) (*Provider, error) {
	if c.Store == nil || c.People == nil || c.Issuer == nil || c.ClientID == "" {
		return nil, errors.New("oidc: Store, People, Issuer and ClientID are required")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.ClientIP == nil {
		c.ClientIP = peer
	}
	p := &Provider{Config: c}
	way, err := p.way()
	if err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := c.Store.Migrate(ctx, "oidc", sub); err != nil {
		return nil, fmt.Errorf("oidc: %w", err)
	}
	p.handler = p.routes(way)
	return p, nil
}

// way is how people prove who they are.
func (p *Provider) way() (authenticator, error) {
	if p.Upstream == nil {
		people, ok := p.People.(PasswordPeople)
		if !ok {
			return nil, fmt.Errorf("%T has no passwords, and there is no upstream provider", p.People)
		}
		return passwordPages{p, people}, nil
	}
	people, ok := p.People.(UpstreamPeople)
	if !ok {
		return nil, fmt.Errorf("%T does not know people of an upstream provider", p.People)
	}
	client, err := newRelying(*p.Upstream, p.Now, p.Log)
	if err != nil {
		return nil, err
	}
	return upstreamPages{p, people, client}, nil
}

// Handler serves the end points and the pages below the issuer's path: mount it at that path, unstripped (at "/oidc/"
// for an issuer that ends with /oidc, at "/" for one without a path).
func (p *Provider) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		prefix, ready := p.prefix()
		if !ready {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		http.StripPrefix(prefix, p.handler).ServeHTTP(w, r)
	})
}

// prefix is the issuer's path, without a slash at its end.
func (p *Provider) prefix() (path string, ready bool) {
	issuer := p.Issuer()
	u, err := url.Parse(issuer)
	if err != nil || issuer == "" {
		return "", false
	}
	return strings.TrimSuffix(u.Path, "/"), true
}

// Person says whose access token it is, or answers host.ErrInvalidToken. Any other error means that it cannot be told now.
func (p *Provider) Person(ctx context.Context, accessToken string) (string, error) {
	g, err := p.accessGrant(ctx, accessToken)
	if err != nil {
		return "", err
	}
	if _, err := p.profile(ctx, g.person); err != nil {
		return "", err
	}
	return g.person, nil
}

// profile asks who a person is. One who was removed or disabled loses every token at once, and is host.ErrInvalidToken.
func (p *Provider) profile(ctx context.Context, person string) (Profile, error) {
	profile, err := p.People.Profile(ctx, person)
	if errors.Is(err, host.ErrNotFound) {
		p.Log.InfoContext(ctx, "person is gone: ending their sign-ins", "person", person)
		return Profile{}, errors.Join(host.ErrInvalidToken, p.RevokePerson(ctx, person))
	}
	return profile, err
}

// Mint signs a person in without the pages: for the provider's support, and for the sample host's "sign in as". It
// answers host.ErrInvalidToken for a person who does not exist. expires is the access token's.
func (p *Provider) Mint(ctx context.Context, person string) (refreshToken, accessToken string, expires time.Time, err error) {
	if _, err := p.profile(ctx, person); err != nil {
		return "", "", time.Time{}, err
	}
	var t tokens
	err = p.Store.Atomically(ctx, func(ctx context.Context) error {
		g := grant{person: person, scopes: Scopes(), authTime: p.Now()}
		if err := p.newFamily(ctx, &g); err != nil {
			return err
		}
		t, err = p.issue(ctx, g)
		return err
	})
	return t.refresh, t.access, t.expires, err
}

// RevokePerson ends every sign-in of a person, and those that have begun.
func (p *Provider) RevokePerson(ctx context.Context, person string) error {
	return p.Store.Atomically(ctx, func(ctx context.Context) error {
		q := p.Store.Querier(ctx)
		if _, err := q.ExecContext(ctx, `DELETE FROM oidc_families WHERE person = ?`, person); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `DELETE FROM oidc_requests WHERE person = ? OR half_done = ?`, person, person)
		return err
	})
}

// sweep deletes what has run out. A request stays while what its code was exchanged for lives, so that a second use
// of the code ends it.
func (p *Provider) sweep(ctx context.Context) error {
	now := p.Now().UnixMilli()
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`DELETE FROM oidc_tokens WHERE expires <= ?`, []any{now}},
		{`DELETE FROM oidc_families WHERE id NOT IN (SELECT family FROM oidc_tokens)`, nil},
		{`DELETE FROM oidc_requests WHERE expires <= ? AND code_expires <= ? AND family NOT IN (SELECT id FROM oidc_families)`, []any{now, now}},
		{`DELETE FROM oidc_attempts WHERE at <= ?`, []any{now - attemptWindow.Milliseconds()}},
	} {
		if _, err := p.Store.Querier(ctx).ExecContext(ctx, q.sql, q.args...); err != nil {
			return err
		}
	}
	return nil
}

// random returns 256 random bits that fit in a URL.
func (p *Provider) random() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(p.Rand, b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// hash is how a token is kept. It needs no salt and no slowness: what is hashed has 256 random bits.
func hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

func peer(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}

// subset tells whether every wanted scope is among those had.
func subset(wanted, had []string) bool {
	return !slices.ContainsFunc(wanted, func(s string) bool { return !slices.Contains(had, s) })
}
