// Package gateway puts the gateway to a provider's WHMCS together: store, WHMCS's API, who signs in and where, the Host API,
// health, metrics and audit, behind one public listener. The provider's program starts it.
//
// It holds wiring and what operating it needs; rules are in host/server, and what WHMCS's answers mean in host/whmcs. The
// desktop program does not import it: PostgreSQL and Prometheus would come with it.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"concierge/host"
	"concierge/host/gateway/audit"
	"concierge/host/gateway/config"
	"concierge/host/gateway/metrics"
	"concierge/host/mail"
	"concierge/host/oidc"
	"concierge/host/schedule"
	"concierge/host/server"
	"concierge/host/store"
	"concierge/host/store/postgres"
	"concierge/host/whmcs/remote"
)

// ClientID is the public OpenID client that the application signs in as, at every host.
const ClientID = "concierge-desktop"

const issuerPath = "/oidc"

// Provider is what is served: customers' data, who they are, and what is to be done without their asking.
type Provider interface {
	host.Elsewhere
	oidc.UpstreamPeople
	// Run looks for what changed in WHMCS and ends access on time, until ctx ends. It answers nil then.
	Run(ctx context.Context) error
	// Overdue lists the accesses whose time has come and that could not be taken away yet.
	Overdue(ctx context.Context) ([]schedule.End, error)
}

// Parts are what a provider is made of.
type Parts struct {
	WHMCS  *remote.Client
	Store  *store.DB
	Mailer *mail.Sender // nil: no mail leaves
	Config config.Config
	Ended  func(ctx context.Context, e schedule.End) // told of each access that was taken away on time
	Now    func() time.Time
	Log    *slog.Logger
}

// Config says what a gateway is made of.
type Config struct {
	config.Config
	Version string
	Limits  server.Limits    // zero: the server's defaults
	Stdout  io.Writer        // for an audit log that goes there; nil: os.Stdout
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: slog.Default

	// Provider makes what is served; nil: customers' data in WHMCS (host/whmcs).
	Provider func(ctx context.Context, p Parts) (Provider, error)
}

// Gateway is an opened gateway. It can be used without listening, also while others listen.
type Gateway struct {
	cfg      Config
	db       *store.DB
	whmcs    *remote.Client
	provider Provider // as it is served, with what the API's role does not allow left out
	signIn   *oidc.Provider
	metrics  *metrics.Metrics
	audit    *audit.Log
	roles    *roles
	pages    *http.Transport            // to WHMCS's OpenID pages
	base     string                     // where people reach the gateway
	calling  func(*http.Request) string // who is calling; nil while it does not listen
}

// OpenStore opens the store of a configuration, with the tables that every host has.
func OpenStore(ctx context.Context, c config.Config) (*store.DB, error) {
	db, err := openStore(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := db.MigrateHost(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("host's tables: %w", err), db.Close())
	}
	return db, nil
}

func openStore(ctx context.Context, c config.Config) (*store.DB, error) {
	if c.Store != "" {
		return postgres.Open(ctx, c.Store)
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	return store.Open(ctx, filepath.Clean(c.SQLite()))
}

// Remote returns what calls WHMCS's API.
func Remote(c config.Config, observe func(remote.Call), log *slog.Logger) (*remote.Client, error) {
	return remote.New(remote.Config{
		URL: c.WHMCS.URL, Identifier: c.WHMCS.Identifier, Secret: c.WHMCS.Secret, AccessKey: c.WHMCS.AccessKey,
		Timeout: c.WHMCS.Timeout, Concurrent: c.WHMCS.Concurrent, Observe: observe, Log: log,
	})
}

// Upstream is where people prove who they are.
func Upstream(c config.Config) oidc.Upstream {
	return oidc.Upstream{
		ConfigurationURL: c.WHMCS.OpenID(), Issuer: c.SignIn.Issuer, ClientID: c.SignIn.ClientID, ClientSecret: c.SignIn.ClientSecret, Name: c.Name,
		AcceptUnverified: c.SignIn.AcceptUnverified,
	}
}

// CallbackURL is the redirect URI to register in WHMCS for a gateway that is reached at an address.
func CallbackURL(base string) string { return oidc.CallbackURL(base + issuerPath) }

// Open opens the gateway without listening.
func Open(ctx context.Context, cfg Config) (*Gateway, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Stdout == nil {
		cfg.Stdout = os.Stdout
	}
	if cfg.Provider == nil {
		cfg.Provider = inWHMCS
	}
	g := &Gateway{cfg: cfg, base: cfg.PublicURL, metrics: metrics.New(cfg.Version), roles: &roles{}, pages: newTransport()}
	if err := g.open(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func (g *Gateway) open(ctx context.Context) (err error) {
	if g.whmcs, err = Remote(g.cfg.Config, g.observed, g.cfg.Log); err != nil {
		return err
	}
	var mailer *mail.Sender
	if g.cfg.Mail.SMTP != "" {
		if mailer, err = mail.New(mail.Config{URL: g.cfg.Mail.SMTP, From: g.cfg.Mail.From, Told: g.metrics.Mail}); err != nil {
			return err
		}
	}
	if g.cfg.Audit != "" {
		g.audit, err = audit.Open(g.cfg.Audit, g.cfg.Stdout, func(err error) {
			g.metrics.AuditLost()
			g.cfg.Log.Error("a line of the audit log is lost", "err", err)
		})
		if err != nil {
			return err
		}
	}
	if g.db, err = OpenStore(ctx, g.cfg.Config); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	p, err := g.cfg.Provider(ctx, Parts{
		WHMCS: g.whmcs, Store: g.db, Mailer: mailer, Config: g.cfg.Config, Ended: g.ended, Now: g.cfg.Now, Log: g.cfg.Log,
	})
	if err != nil {
		return err
	}
	g.provider = served{p, g}
	upstream := g.upstream()
	g.signIn, err = oidc.New(ctx, oidc.Config{
		Store: g.db, People: g.provider, ClientID: ClientID, Upstream: &upstream, Issuer: g.issuer, Name: g.cfg.Name,
		ClientIP: g.clientIP, Now: g.cfg.Now, Log: g.cfg.Log,
	})
	return err
}

// clientIP is who is calling. It is asked only while the gateway listens.
func (g *Gateway) clientIP(r *http.Request) string { return g.calling(r) }

func (g *Gateway) issuer() string {
	if g.base == "" {
		return ""
	}
	return g.base + issuerPath
}

// newTransport is one of the gateway's own, so that its connections end with it.
func newTransport() *http.Transport {
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		return t.Clone()
	}
	return &http.Transport{}
}

// upstream is Upstream over the gateway's own connections.
func (g *Gateway) upstream() oidc.Upstream {
	u := Upstream(g.cfg.Config)
	u.Transport = g.pages
	return u
}

// Close closes what Open opened.
func (g *Gateway) Close() error {
	var err error
	if g.db != nil {
		err = g.db.Close()
	}
	if g.whmcs != nil {
		g.whmcs.Close()
	}
	g.pages.CloseIdleConnections()
	return errors.Join(err, g.audit.Close())
}

// Tokens are what a sign-in gives.
type Tokens struct {
	Refresh, Access string
	AccessExpires   time.Time
}

// Mint signs in whom WHMCS knows by an address, without their password: for support. It answers host.ErrNotFound for an
// unknown one. The audit log has it.
func (g *Gateway) Mint(ctx context.Context, email string) (Tokens, error) {
	me, err := g.provider.PersonByEmail(ctx, email)
	if err != nil {
		return Tokens{}, err
	}
	var t Tokens
	if t.Refresh, t.Access, t.AccessExpires, err = g.signIn.Mint(ctx, me.ID); err != nil {
		return Tokens{}, err
	}
	g.audit.Minted(ctx, g.cfg.Now(), me.ID)
	return t, nil
}

// Revoke ends every sign-in of whom WHMCS knows by an address: for a stolen computer. The audit log has it.
func (g *Gateway) Revoke(ctx context.Context, email string) error {
	me, err := g.provider.PersonByEmail(ctx, email)
	if err != nil {
		return err
	}
	if err := g.signIn.RevokePerson(ctx, me.ID); err != nil {
		return err
	}
	g.audit.Revoked(ctx, g.cfg.Now(), me.ID)
	return nil
}

// ReopenLogs opens the audit log anew, after it was rotated.
func (g *Gateway) ReopenLogs() error { return g.audit.Reopen() }

// observed counts a call to WHMCS.
func (g *Gateway) observed(c remote.Call) {
	outcome := "ok"
	var e *remote.Error
	switch {
	case errors.As(c.Err, &e):
		outcome = string(e.Kind)
	case c.Err != nil:
		outcome = "failed"
	}
	g.metrics.WHMCS(c.Action, outcome, c.Took)
}

// ended counts and writes down an access that was taken away on time.
func (g *Gateway) ended(ctx context.Context, e schedule.End) {
	g.metrics.Ended()
	g.audit.Ended(ctx, g.cfg.Now(), e.Account, e.User, e.At)
}

// served is the provider as it is served.
type served struct {
	Provider
	g *Gateway
}

// Describe leaves out what the role of the API credential does not allow.
func (s served) Describe(ctx context.Context) (host.Description, error) {
	d, err := s.Provider.Describe(ctx)
	if err == nil {
		s.g.roles.limit(&d.Features)
	}
	return d, err
}

// SignedIn counts a sign-in and writes it down.
func (s served) SignedIn(ctx context.Context, personID, from string) error {
	if err := s.Provider.SignedIn(ctx, personID, from); err != nil {
		return err
	}
	s.g.metrics.SignedIn()
	s.g.audit.SignedIn(ctx, s.g.cfg.Now(), personID, from)
	return nil
}
