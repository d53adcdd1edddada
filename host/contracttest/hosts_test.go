package contracttest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/host/gateway"
	"concierge/host/gateway/config"
	"concierge/host/hosttest"
	"concierge/host/mail/mailtest"
	"concierge/host/phone"
	"concierge/host/sample"
	"concierge/host/serve"
	"concierge/host/server"
	"concierge/host/store/pgtest"
	"concierge/host/whmcs"
	"concierge/host/whmcs/whmcstest"
)

// kind is one kind of host.
type kind struct {
	name  string
	start func(t testing.TB) *world
}

// kinds are the hosts that the whole suite runs against.
var kinds = []kind{
	{"sample host", newSample},
	{"gateway on SQLite", func(t testing.TB) *world { return newGateway(t, withMail) }},
	{"gateway on PostgreSQL", func(t testing.TB) *world { return newGateway(t, withMail, onPostgreSQL) }},
}

// everywhere runs a test against every kind of host, each time a new one.
func everywhere(t *testing.T, test func(w *world)) {
	t.Helper()
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) { test(k.start(t)) })
	}
}

// beforeTheStore runs a test against the sample host and one gateway: what it sends is refused before any store is asked.
func beforeTheStore(t *testing.T, test func(w *world)) {
	t.Helper()
	for _, k := range kinds[:2] {
		t.Run(k.name, func(t *testing.T) { test(k.start(t)) })
	}
}

// unlimited lets a test call as fast as it can.
var unlimited = server.Limits{PersonBurst: 1_000_000, PersonPerSecond: 1_000_000, AddressBurst: 1_000_000, AddressPerSecond: 1_000_000, Mails: 1_000_000}

func newWorld(t testing.TB, h host, url string, c *hosttest.Clock) *world {
	client := &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(client.CloseIdleConnections)
	return &world{TB: t, host: h, url: url, clock: c, client: client, api: hosttest.NewAPI(t, url, client)}
}

// sampleHost is the sample host, whose mailbox is a table of its own.
type sampleHost struct {
	*serve.Running
	log *hosttest.Log
}

func newSample(t testing.TB) *world {
	t.Helper()
	c, log := hosttest.NewClock(time.Now().UTC().Truncate(time.Second)), &hosttest.Log{}
	r, err := serve.Sample(context.Background(), serve.Config{
		Dir: t.TempDir(), Seed: true, SeedNumber: 1, Now: c.Now, Limits: unlimited, Phones: phone.Canonical, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	must(t, err)
	t.Cleanup(func() { closed(t, r.Close) })
	return newWorld(t, sampleHost{r, log}, r.URL, c)
}

// closed waits for a host to end, and no longer than a call can take.
func closed(t testing.TB, end func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := end(ctx); err != nil {
		t.Error(err)
	}
}

func (s sampleHost) Mint(ctx context.Context, email string) (access, refresh string, err error) {
	t, err := s.Running.Mint(ctx, email)
	return t.Access, t.Refresh, err
}

// mails are those to an address, newest first, that fit.
func (s sampleHost) mails(to string, fits func(sample.Mail) bool) []sample.Mail {
	all, err := s.Sample.Mails(context.Background(), to)
	if err != nil {
		panic(err)
	}
	return slices.DeleteFunc(all, func(m sample.Mail) bool { return !fits(m) })
}

func (s sampleHost) Code(to string) string {
	if m := s.mails(to, func(m sample.Mail) bool { return m.Code != "" }); len(m) > 0 {
		return m[0].Code
	}
	return ""
}

func (s sampleHost) invitations(to string) []sample.Mail {
	return s.mails(to, func(m sample.Mail) bool { return strings.Contains(m.Link, "/invitations/") })
}

func (s sampleHost) Invitations(to string) int { return len(s.invitations(to)) }

func (s sampleHost) LoseInvitation() bool { return false }

func (s sampleHost) Resets(email string) int {
	return len(s.mails(email, func(m sample.Mail) bool { return strings.Contains(m.Link, "/reset") }))
}

func (s sampleHost) Accept(email, first, last string) error {
	all := s.invitations(email)
	if len(all) == 0 {
		return errors.New("nobody invited " + email)
	}
	res, err := http.PostForm(all[0].Link, url.Values{"do": {"create"}, "first": {first}, "last": {last}, "password": {"le comptoir du coin"}})
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s, %w", res.Status, err)
	}
	return nil
}

func (s sampleHost) Tick(ctx context.Context) error { return s.Sample.Sweep(ctx) }

func (s sampleHost) Said() string { return s.log.String() }

// gatewayHost is the gateway with WHMCS's double behind it. WHMCS writes the invitations, the gateway itself the codes.
type gatewayHost struct {
	*gateway.Running
	whmcs *whmcstest.WHMCS
	mail  *mailtest.Server // nil: it cannot write
	data  *whmcs.Provider
	log   *hosttest.Log
	audit string
}

type gatewayOption func(t testing.TB, g *gatewayHost, cfg *gateway.Config)

func withMail(t testing.TB, g *gatewayHost, cfg *gateway.Config) {
	g.mail = mailtest.New(t, mailtest.Config{})
	cfg.Mail = config.Mail{SMTP: "smtp://" + g.mail.Address, From: "Example Hosting <no-reply@host.example>"}
}

func onPostgreSQL(t testing.TB, _ *gatewayHost, cfg *gateway.Config) { cfg.Store = pgtest.URL(t) }

// without leaves actions out of the role of the API's credential.
func without(actions ...string) gatewayOption {
	return func(_ testing.TB, g *gatewayHost, _ *gateway.Config) { g.whmcs.Forbid(actions...) }
}

const apiSecret, clientID, clientSecret = "the api secret", "GATEWAY.test", "the client secret"

func newGateway(t testing.TB, options ...gatewayOption) *world {
	t.Helper()
	c := hosttest.NewClock(time.Now().UTC().Truncate(time.Second))
	g := &gatewayHost{whmcs: whmcstest.New(whmcstest.Config{Secret: apiSecret, Now: c.Now}), log: &hosttest.Log{}, audit: filepath.Join(t.TempDir(), "audit.log")}
	whmcstest.Sample(g.whmcs)
	double := httptest.NewServer(g.whmcs)
	t.Cleanup(double.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	must(t, l.Close())
	g.whmcs.SetOpenID(whmcstest.OpenID{ClientID: clientID, Secret: clientSecret, RedirectURIs: []string{gateway.CallbackURL("http://" + address)}})
	cfg := gateway.Config{
		Config: config.Config{
			Name: "Example Hosting", Listen: address, Data: filepath.Join(t.TempDir(), "data"), Audit: g.audit,
			WHMCS:  config.WHMCS{URL: double.URL, Identifier: "identifier", Secret: apiSecret, Language: "fr", Timeout: 5 * time.Second},
			SignIn: config.SignIn{ClientID: clientID, ClientSecret: clientSecret},
		},
		Provider: func(ctx context.Context, p gateway.Parts) (_ gateway.Provider, err error) { // as the gateway makes it, and kept
			c := whmcs.Config{WHMCS: p.WHMCS, Store: p.Store, Name: p.Config.Name, Language: p.Config.WHMCS.Language, Ended: p.Ended, Now: p.Now, Log: p.Log,
				EndsEvery: time.Hour} // Tick looks: else a test that takes a minute on a busy computer finds access ended that it has not ended
			if p.Mailer != nil {
				c.Mailer = p.Mailer
			}
			g.data, err = whmcs.New(ctx, c)
			return g.data, err
		},
		Version: "1.2.3", Now: c.Now, Limits: unlimited, Log: slog.New(slog.NewTextHandler(g.log, nil)),
	}
	for _, o := range options {
		o(t, g, &cfg)
	}
	g.Running, err = gateway.Serve(context.Background(), cfg)
	must(t, err)
	t.Cleanup(func() { closed(t, g.Close) })
	g.whmcs.Forget()
	return newWorld(t, g, g.URL, c)
}

func (g *gatewayHost) Mint(ctx context.Context, email string) (access, refresh string, err error) {
	t, err := g.Running.Mint(ctx, email)
	return t.Access, t.Refresh, err
}

var fiveDigits = regexp.MustCompile(`\b\d{5}\b`)

func (g *gatewayHost) Code(to string) string {
	if g.mail == nil {
		return ""
	}
	for _, l := range slices.Backward(g.mail.Letters()) {
		if code := fiveDigits.FindString(l.Text); code != "" && strings.Contains(strings.ToLower(l.To), strings.ToLower(to)) {
			return code
		}
	}
	return ""
}

// mails counts what WHMCS e-mailed.
func (g *gatewayHost) mails(to, link string) (n int) {
	for _, m := range g.whmcs.Mails(to) {
		if strings.Contains(m.Link, link) {
			n++
		}
	}
	return n
}

func (g *gatewayHost) Invitations(to string) int { return g.mails(to, "/invite/") }

func (g *gatewayHost) LoseInvitation() bool {
	g.whmcs.Trouble(whmcstest.Trouble{Actions: []string{"CreateClientInvite"}, Times: 1, Fault: whmcstest.NoAnswer})
	return true
}

func (g *gatewayHost) Resets(email string) int { return g.mails(email, "/password/reset/") }

func (g *gatewayHost) Accept(email, first, last string) error {
	_, err := g.whmcs.AcceptAs(email, whmcstest.User{FirstName: first, LastName: last, Email: email, Language: "french"})
	return err
}

func (g *gatewayHost) Tick(ctx context.Context) error {
	return errors.Join(g.data.Tick(ctx), g.data.Poll(ctx))
}

func (g *gatewayHost) Said() string {
	audit, err := os.ReadFile(g.audit)
	if err != nil {
		panic(err)
	}
	return g.log.String() + string(audit)
}
