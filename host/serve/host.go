// Package serve puts a host together: the sample host's data, sign-in, the Host API and the web pages, in one handler
// behind one listener. The provider's program and the application's embedded sample host both start it from here.
//
// It holds wiring and nothing else: no rules, no SQL, no pages of its own.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"concierge/client/api"
	"concierge/host/oidc"
	"concierge/host/sample"
	"concierge/host/server"
)

// ClientID is the public OpenID client that the application signs in as.
const ClientID = "concierge-desktop"

const issuerPath = "/oidc"

// Config says what a host is made of. Only Dir is required.
type Config struct {
	Dir string // data directory, created when missing

	// Listen is the address to listen on: "127.0.0.1:0", a free port of this computer, when empty.
	Listen string
	// PublicURL is where people reach the host when something that speaks HTTPS stands before it, such as
	// "https://host.example", without a path. Empty: they reach the listener itself, which then must be on loopback.
	PublicURL string
	// Seed makes the sample's people and accounts up when the data directory is empty; SeedNumber chooses which.
	Seed       bool
	SeedNumber uint64

	// Phones gives telephone numbers their form, as phone.Canonical does; see server.Config. Nil: they are kept as written.
	Phones func(number, country string) (canonical string, ok bool)
	Limits server.Limits    // zero: the server's defaults
	Now    func() time.Time // nil: time.Now
	Rand   io.Reader        // nil: crypto/rand
	Log    *slog.Logger     // nil: slog.Default
}

// Host is an opened data directory. It can be written to without listening, also while another process listens.
type Host struct {
	Sample *sample.Provider
	signIn *oidc.Provider
	cfg    Config
}

// Tokens are what a sign-in gives.
type Tokens struct {
	Refresh, Access string
	AccessExpires   time.Time
}

// Open opens the data directory without listening, and makes up the sample when asked to and there is nobody yet.
func Open(ctx context.Context, cfg Config) (*Host, error) { return open(ctx, cfg, "", nil) }

func open(ctx context.Context, cfg Config, baseURL string, clientIP func(*http.Request) string) (*Host, error) {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Rand != nil {
		cfg.Rand = &sharedReader{r: cfg.Rand}
	}
	h := &Host{cfg: cfg}
	var err error
	h.Sample, err = sample.Open(ctx, sample.Config{
		Dir: cfg.Dir, BaseURL: baseURL, Now: cfg.Now, Rand: cfg.Rand, ClientIP: clientIP,
		PasswordChanged: func(ctx context.Context, personID string) error { return h.signIn.RevokePerson(ctx, personID) },
	})
	if err != nil {
		return nil, err
	}
	if err := h.prepare(ctx, baseURL, clientIP); err != nil {
		return nil, errors.Join(err, h.Sample.Close())
	}
	return h, nil
}

func (h *Host) prepare(ctx context.Context, baseURL string, clientIP func(*http.Request) string) error {
	if err := h.Sample.DB().MigrateHost(ctx); err != nil {
		return fmt.Errorf("host's tables: %w", err)
	}
	about, err := h.Sample.Describe(ctx)
	if err != nil {
		return err
	}
	h.signIn, err = oidc.New(ctx, oidc.Config{
		Store: h.Sample.DB(), People: h.Sample, ClientID: ClientID, Issuer: func() string { return baseURL + issuerPath },
		Name: about.Name, ForgotURL: baseURL + sample.ForgotPath, ClientIP: clientIP, Now: h.cfg.Now, Rand: h.cfg.Rand, Log: h.cfg.Log,
	})
	if err != nil || !h.cfg.Seed {
		return err
	}
	empty, err := h.Sample.Empty(ctx)
	if err != nil || !empty {
		return err
	}
	err = h.Sample.Seed(ctx, h.cfg.SeedNumber)
	if errors.Is(err, sample.ErrNotEmpty) { // another process was faster
		return nil
	}
	return err
}

// Close closes the data directory.
func (h *Host) Close() error { return h.Sample.Close() }

// Mint signs in whoever has an address, without password. It answers host.ErrNotFound for an unknown one.
func (h *Host) Mint(ctx context.Context, email string) (Tokens, error) {
	me, err := h.Sample.PersonByEmail(ctx, email)
	if err != nil {
		return Tokens{}, err
	}
	var t Tokens
	t.Refresh, t.Access, t.AccessExpires, err = h.signIn.Mint(ctx, me.ID)
	return t, err
}

// handler is everything the host answers to.
func (h *Host) handler(baseURL string, clientIP func(*http.Request) string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/", server.New(server.Config{
		Provider: h.Sample, Store: h.Sample.DB(), Tokens: h.signIn,
		SignIn:    api.SignIn{Issuer: baseURL + issuerPath, ClientID: ClientID, Scopes: oidc.Scopes()},
		PublicURL: func() string { return baseURL },
		Phones:    h.cfg.Phones,
		Now:       h.cfg.Now, Rand: h.cfg.Rand, ClientIP: clientIP, Limits: h.cfg.Limits, Log: h.cfg.Log,
	}))
	mux.Handle(issuerPath+"/", h.signIn.Handler())
	pages := h.Sample.Pages()
	for _, path := range sample.PagePaths() {
		mux.Handle(path, pages)
	}
	mux.Handle("GET /{$}", http.RedirectHandler(sample.MailboxPath, http.StatusSeeOther))
	return mux
}

// sharedReader lets the parts of a host share one source of chance.
type sharedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (s *sharedReader) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(b)
}
