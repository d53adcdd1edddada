package whmcstest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// bench is a double that listens, with a clock of its own.
type bench struct {
	testing.TB
	*WHMCS
	server *httptest.Server
	url    string
	now    time.Time
}

func start(t testing.TB, cfg Config) *bench {
	t.Helper()
	b := &bench{TB: t, now: time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)}
	cfg.Now = func() time.Time { return b.now }
	b.WHMCS = New(cfg)
	b.server = httptest.NewServer(b.WHMCS)
	t.Cleanup(b.server.Close)
	b.url = b.server.URL + cfg.Path
	return b
}

// params are name, value pairs.
func params(pairs ...any) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return v
}

// post asks the API with a body as it is.
func (b *bench) post(body string) (status int, reply string, err error) {
	b.Helper()
	res, err := http.Post(b.url+"/includes/api.php", "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, string(raw), err
}

const credential = "identifier=identifier&secret=secret&responsetype=json&"

// raw is the text of a reply.
func (b *bench) raw(action string, pairs ...any) string {
	b.Helper()
	_, reply, err := b.post(credential + "action=" + action + "&" + params(pairs...).Encode())
	if err != nil {
		b.Fatal(err)
	}
	return reply
}

// ask decodes a reply.
func (b *bench) ask(action string, pairs ...any) map[string]any {
	b.Helper()
	var o map[string]any
	if raw := b.raw(action, pairs...); json.Unmarshal([]byte(raw), &o) != nil {
		b.Fatalf("%s: %s", action, raw)
	}
	return o
}

// done asks and fails the test unless it is done.
func (b *bench) done(action string, pairs ...any) {
	b.Helper()
	if o := b.ask(action, pairs...); o["result"] != "success" {
		b.Fatalf("%s %v: %v", action, pairs, o)
	}
}

// office is a client with its owner, a bookkeeper and a contact.
func office(b *bench) (c Client, owner, bookkeeper User, contact Contact) {
	owner = b.AddUser(User{FirstName: "Marie", LastName: "Tremblay", Email: "marie@chezmarcel.example", Password: "miche"})
	bookkeeper = b.AddUser(User{FirstName: "Sam", LastName: "Gagnon", Email: "sam@cabinet.example", Password: "grand livre"})
	c = b.AddClient(Client{OwnerID: owner.ID, FirstName: "Marie", LastName: "Tremblay", Company: "Chez Marcel", Email: "info@chezmarcel.example",
		Phone: "+1.4185550123", Address: Address{City: "Québec", Country: "CA"}, CustomFields: []string{"oui"}})
	b.Link(bookkeeper.ID, c.ID, "invoices")
	contact = b.AddContact(Contact{ClientID: c.ID, FirstName: "Soutien", Email: "ti@chezmarcel.example", Preferences: map[string]bool{"domain": true}})
	b.AddDomains(c.ID, "chezmarcel.example", "traiteur.example")
	return c, owner, bookkeeper, contact
}
