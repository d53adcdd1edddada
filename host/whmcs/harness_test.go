package whmcs_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host"
	"concierge/host/hosttest"
	"concierge/host/phone"
	"concierge/host/server"
	"concierge/host/store"
	"concierge/host/store/pgtest"
	"concierge/host/whmcs"
	"concierge/host/whmcs/remote"
	"concierge/host/whmcs/whmcstest"
)

// database is the kind that all tests run on, one kind after the other.
var database pgtest.Database

func TestMain(m *testing.M) {
	os.Exit(pgtest.EachBinary(m, func(d pgtest.Database) { database = d }))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mails is a mailer that keeps what it is given.
type mails struct {
	mu    sync.Mutex
	sent  []string // "address: subject"
	code  string
	fails error         // answered to each letter, which is then not sent
	told  chan struct{} // of each letter; may be nil
}

func (m *mails) Send(_ context.Context, to, subject, text string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return m.fails
	}
	if strings.Contains(subject+text, "no value") || strings.Contains(subject+text, "{{") {
		panic("words without their values: " + subject + text)
	}
	m.sent = append(m.sent, to+": "+subject)
	if m.told != nil {
		m.told <- struct{}{}
	}
	for _, word := range strings.Fields(text) {
		if digits := strings.Trim(word, ".,"); len(digits) == 5 && strings.Trim(digits, "0123456789") == "" {
			m.code = digits
		}
	}
	return nil
}

// world is a WHMCS with a little in it, and a gateway before it.
//
// Marie owns the bakery, in which Sam has invoices and Lea has products and domains. Sam also owns an account of his own,
// in which nobody else is.
type world struct {
	testing.TB
	whmcs  *whmcstest.WHMCS
	at     string // WHMCS's address
	clock  *hosttest.Clock
	open   func() (*store.DB, error)
	db     *store.DB
	p      *whmcs.Provider
	url    string // the Host API's
	log    *hosttest.Log
	mails  *mails
	remote *remote.Client
	api    *hosttest.API

	marie, sam, lea string // person ids
	bakery, own     string // account ids
	jo              string // a contact of the bakery, the only one who receives Domain mail besides the account
}

func newWorld(t testing.TB, configure ...func(*whmcs.Config)) *world {
	t.Helper()
	w := &world{TB: t, api: hosttest.NewAPI(t, "", nil), clock: hosttest.NewClock(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)), open: database.New(t), log: &hosttest.Log{}, mails: &mails{}}
	w.whmcs = whmcstest.New(whmcstest.Config{Now: w.clock.Now})
	srv := httptest.NewServer(w.whmcs)
	t.Cleanup(srv.Close)
	w.at = srv.URL
	w.fill()
	w.whmcs.Forget()
	w.db, w.p, w.url = w.gateway(configure...)
	return w
}

func (w *world) fill() {
	d := w.whmcs
	marie := d.AddUser(whmcstest.User{FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Language: "french"})
	sam := d.AddUser(whmcstest.User{FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Language: "english"})
	lea := d.AddUser(whmcstest.User{FirstName: "Léa", LastName: "St Pierre Roy", Email: "lea@studio.example", Language: "french"})
	bakery := d.AddClient(whmcstest.Client{
		OwnerID: marie.ID, FirstName: "Marie", LastName: "Tremblay", Company: "Boulangerie Chez Marcel", Email: "compte@chezmarcel.example",
		Phone: "+1.5145550123", Language: "french", Preferences: map[string]bool{"general": true, "domain": true},
		Address: whmcstest.Address{Line1: "12, rue du Four", City: "Montréal", State: "QC", Postcode: "H2X 1Y4", Country: "CA"},
	})
	own := d.AddClient(whmcstest.Client{OwnerID: sam.ID, FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Language: "english"})
	d.Link(sam.ID, bakery.ID, "invoices")
	d.Link(lea.ID, bakery.ID, "products", "domains")
	jo := d.AddContact(whmcstest.Contact{ClientID: bakery.ID, FirstName: "Jo", LastName: "Roy", Email: "jo@chezmarcel.example",
		Preferences: map[string]bool{"domain": true, "invoice": true}})
	d.AddDomains(bakery.ID, "chezmarcel.example")
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	w.marie, w.sam, w.lea, w.bakery, w.own, w.jo = id(marie.ID), id(sam.ID), id(lea.ID), id(bakery.ID), id(own.ID), id(jo.ID)
}

// tokens take a person's id for their token.
type tokens struct{}

func (tokens) Person(_ context.Context, token string) (string, error) { return token, nil }

// gateway opens one more gateway on the same database file, and answers where its Host API is.
func (w *world) gateway(configure ...func(*whmcs.Config)) (*store.DB, *whmcs.Provider, string) {
	w.Helper()
	ctx := context.Background()
	db, err := w.open()
	must(w, err)
	must(w, db.MigrateHost(ctx))
	log := slog.New(slog.NewTextHandler(w.log, nil))
	if w.remote == nil {
		w.remote, err = remote.New(remote.Config{URL: w.at, Identifier: "identifier", Secret: "secret", Location: time.UTC, Log: log, Timeout: 5 * time.Second})
		must(w, err)
	}
	cfg := whmcs.Config{WHMCS: w.remote, Store: db, Name: "Hébergeur", Now: w.clock.Now, Log: log}
	for _, c := range configure {
		c(&cfg)
	}
	p, err := whmcs.New(ctx, cfg)
	must(w, err)
	for _, email := range []string{"marie@chezmarcel.example", "sam@cabinet.example", "lea@studio.example"} { // signed in
		if _, err := p.ByEmail(ctx, email); err != nil && !errors.Is(err, host.ErrNotFound) {
			w.Fatal(err)
		}
	}
	srv := httptest.NewServer(server.New(server.Config{
		Provider: p, Store: db, Tokens: tokens{}, Phones: phone.Canonical, Now: w.clock.Now, Log: log,
		Limits: server.Limits{PersonBurst: 1_000_000, AddressBurst: 1_000_000, Codes: 1_000_000},
	}))
	w.Cleanup(srv.Close)
	w.whmcs.Forget()
	return db, p, srv.URL
}

func withMail(w *mails) func(*whmcs.Config) { return func(c *whmcs.Config) { c.Mailer = w } }

// call sends a request as a person. A POST without a key gets a new one; other writes are based on the present state.
func (w *world) call(person, method, path string, body any, headers ...string) hosttest.Answer {
	w.Helper()
	return w.callAt(w.url, person, method, path, body, headers...)
}

func (w *world) callAt(url, person, method, path string, body any, headers ...string) hosttest.Answer {
	w.Helper()
	return w.api.At(url).Call(person, method, path, body, headers...)
}

func (w *world) account(id string) string { return "/v1/accounts/" + id }

func (w *world) snapshot(person, account string) api.Snapshot {
	w.Helper()
	return hosttest.Into[api.Snapshot](w.call(person, "GET", w.account(account)+"/snapshot", nil), 200)
}

func (w *world) accounts(person string) []api.AccountSummary {
	w.Helper()
	var all []api.AccountSummary
	for cursor := ""; ; {
		page := hosttest.Into[api.AccountPage](w.call(person, "GET", "/v1/accounts?limit=200&cursor="+cursor, nil), 200)
		all = append(all, page.Accounts...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

func (w *world) changes(person, since string) api.Changes {
	w.Helper()
	return hosttest.Into[api.Changes](w.call(person, "GET", "/v1/changes?since="+since, nil), 200)
}

func (w *world) user(email string) api.User {
	w.Helper()
	for _, u := range w.snapshot(w.marie, w.bakery).Users {
		if u.Email == email {
			return u
		}
	}
	w.Fatalf("%s is no user", email)
	return api.User{}
}

// later lets everything that is kept for a short while grow old.
func (w *world) later() { w.clock.Pass(time.Minute) }

func (w *world) poll() {
	w.Helper()
	w.later()
	must(w, w.p.Poll(context.Background()))
}

// calls counts calls since the last Forget.
func (w *world) calls() int {
	n := 0
	for _, c := range w.whmcs.Count() {
		n += c
	}
	return n
}

func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func sorted(s []string) string {
	s = slices.Clone(s)
	slices.Sort(s)
	return strings.Join(s, " ")
}

func (w *world) id(n int64) string { return strconv.FormatInt(n, 10) }
