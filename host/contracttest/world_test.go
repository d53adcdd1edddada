package contracttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"concierge/client/api"
)

// People and accounts that every host's made-up data has.
const (
	marie = "marie@chezmarcel.example" // owns the bakery, and nothing else
	sam   = "sam@cabinet.example"      // reaches 40 accounts, owns three of them
	lea   = "lea@studio.example"       // a developer in several accounts
	eve   = "eve@clinique.example"     // owns two accounts that Marie and Sam's firm have nothing to do with

	bakery = "Boulangerie Chez Marcel"
	firm   = "Cabinet Gagnon CPA inc."
	garden = "Les Jardins d'Ève"
	studio = "Studio Dubois" // Léa's own
)

func TestMain(m *testing.M) { os.Exit(m.Run()) }

// host is one that runs, and what people do around it.
type host interface {
	// Mint signs somebody in.
	Mint(ctx context.Context, email string) (access, refresh string, err error)
	// Code is the newest code that was e-mailed to an address; "" when none was.
	Code(to string) string
	// Invitations counts the invitations that were e-mailed to an address.
	Invitations(to string) int
	// LoseInvitation has the host's own system not answer when it is asked to send the next invitation, which it sends. It tells
	// whether the host has a system of its own that can be lost.
	LoseInvitation() bool
	// Resets counts the links to a new password that were e-mailed to somebody.
	Resets(email string) int
	// Accept accepts the newest invitation of an address, as somebody new of that name.
	Accept(email, first, last string) error
	// Tick does what is to be done because of the time it is.
	Tick(ctx context.Context) error
	// Said is everything that was written to logs so far, the audit log's lines too.
	Said() string
}

// world is a host with a clock that stands still until it is moved.
type world struct {
	testing.TB
	host
	url    string
	clock  *clock
	client *http.Client
	keys   atomic.Int64
}

// must is for what cannot fail unless the test is wrong.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Now().UTC().Truncate(time.Second)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// later lets what a host keeps of another system for a short while grow old, and what it looks at every minute come.
func (w *world) later() {
	w.clock.pass(time.Minute)
	must(w, w.Tick(context.Background()))
}

// lines is a log that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// caller is somebody with a token.
type caller struct {
	*world
	email          string
	token, refresh string
}

func (w *world) as(email string) caller {
	w.Helper()
	access, refresh, err := w.Mint(context.Background(), email)
	must(w, err)
	return caller{w, email, access, refresh}
}

// nobody has no token.
func (w *world) nobody() caller { return caller{world: w} }

// answer is what came back.
type answer struct {
	testing.TB
	what   string
	status int
	header http.Header
	body   []byte
}

func (a answer) String() string { return fmt.Sprintf("%s: %d %s", a.what, a.status, a.body) }

func (a answer) is(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("want %d: %s", status, a)
	}
	return a
}

// done tells whether the call was done.
func (a answer) done() bool { return a.status < 300 }

// refused is a problem of a type, with its status.
func (a answer) refused(kind string) api.Problem {
	a.Helper()
	p := a.problem()
	if p.Type != kind {
		a.Fatalf("want %s: %s", kind, a)
	}
	return p
}

// problem is the problem that was answered; every one must be whole.
func (a answer) problem() api.Problem {
	a.Helper()
	var p api.Problem
	if a.status < 400 {
		a.Fatalf("want a problem: %s", a)
	}
	must(a, json.Unmarshal(a.body, &p))
	if a.header.Get("Content-Type") != "application/problem+json" || p.Status != a.status || p.Title == "" ||
		p.RequestID == "" || p.RequestID != a.header.Get(api.HeaderRequestID) || !strings.HasPrefix(p.Type, api.ProblemPrefix) {
		a.Fatalf("not a whole problem, as %q: %s", a.header.Get("Content-Type"), a)
	}
	return p
}

// wrong is the problem of these fields, each "pointer code", in any order.
func (a answer) wrong(fields ...string) {
	a.Helper()
	var got []string
	for _, e := range a.refused(api.ProblemInvalid).Errors {
		got = append(got, e.Pointer+" "+e.Code)
	}
	slices.Sort(got)
	slices.Sort(fields)
	if !slices.Equal(got, fields) {
		a.Fatalf("wrong are %q, want %q: %s", got, fields, a)
	}
}

// etag is the entity tag of what was answered.
func (a answer) etag() string { return a.header.Get("ETag") }

func into[T any](a answer, status int) (v T) {
	a.Helper()
	must(a, json.Unmarshal(a.is(status).body, &v))
	return v
}

// raw is a body that is sent as it is.
type raw string

// call sends a request; headers come as name, value pairs, and an empty value takes a header away. A POST without a key gets
// a new one; other writes are based on the present state.
func (c caller) call(method, path string, body any, headers ...string) answer {
	c.Helper()
	r := c.request(method, path, body, headers...)
	res, err := c.client.Do(r)
	must(c, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(c, err)
	return answer{c.TB, method + " " + path, res.StatusCode, res.Header, b}
}

func (c caller) request(method, path string, body any, headers ...string) *http.Request {
	c.Helper()
	var payload []byte
	switch b := body.(type) {
	case nil:
	case raw:
		payload = []byte(b)
	default:
		var err error
		payload, err = json.Marshal(b)
		must(c, err)
	}
	r, err := http.NewRequest(method, c.url+path, bytes.NewReader(payload))
	must(c, err)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	switch method {
	case http.MethodPost:
		r.Header.Set(api.HeaderIdempotencyKey, fmt.Sprint("key-", c.keys.Add(1)))
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		if !slices.Contains(headers, "If-Match") {
			r.Header.Set("If-Match", c.get(strings.TrimSuffix(path, "/permissions")).etag())
		}
	}
	for i := 0; i < len(headers); i += 2 {
		if r.Header.Del(headers[i]); headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	return r
}

func (c caller) get(path string, headers ...string) answer {
	c.Helper()
	return c.call(http.MethodGet, path, nil, headers...)
}

func (c caller) post(path string, body any, headers ...string) answer {
	c.Helper()
	return c.call(http.MethodPost, path, body, headers...)
}

// accounts is every account of the caller.
func (c caller) accounts() []api.AccountSummary {
	c.Helper()
	return into[api.AccountPage](c.get("/v1/accounts?limit=500"), 200).Accounts
}

// account is the path of the caller's account of a name.
func (c caller) account(name string) string {
	c.Helper()
	for _, a := range c.accounts() {
		if a.Name == name {
			return "/v1/accounts/" + a.ID
		}
	}
	c.Fatalf("%s reaches no %q", c.email, name)
	return ""
}

func (c caller) snapshot(account string) api.Snapshot {
	c.Helper()
	return into[api.Snapshot](c.get(account+"/snapshot"), 200)
}

// user is the path of an account's user who signs in with an address, and them.
func (c caller) user(account, email string) (string, api.User) {
	c.Helper()
	for _, u := range into[api.UserList](c.get(account+"/users"), 200).Users {
		if strings.EqualFold(u.Email, email) {
			return account + "/users/" + u.ID, u
		}
	}
	c.Fatalf("%s is no user of %s", email, account)
	return "", api.User{}
}

// contact adds a contact, and answers its path.
func (c caller) contact(account, first, email string, likes ...string) string {
	c.Helper()
	n := api.NewContact{FirstName: first, Email: email, EmailPreferences: api.MailPreferences{}}
	for _, l := range likes {
		n.EmailPreferences[l] = true
	}
	return account + "/contacts/" + into[api.Contact](c.post(account+"/contacts", n), 201).ID
}

// give replaces what a user may do.
func (c caller) give(account, email string, permissions ...string) {
	c.Helper()
	path, _ := c.user(account, email)
	c.call("PUT", path+"/permissions", api.PermissionSet{Permissions: permissions}).is(200)
}

// proven repeats a refused call with the code that was e-mailed, where a host asks for one.
func (c caller) proven(method, path string, body any, codeTo string, headers ...string) answer {
	c.Helper()
	headers = slices.Clone(headers)
	if method == http.MethodPost && !slices.Contains(headers, api.HeaderIdempotencyKey) {
		headers = append(headers, api.HeaderIdempotencyKey, fmt.Sprint("proven-", c.keys.Add(1)))
	}
	first := c.call(method, path, body, headers...)
	if first.status != http.StatusForbidden || first.problem().Type != api.ProblemStepUp {
		return first
	}
	ch := first.problem().Challenge
	c.post("/v1/challenges/"+ch.ID, typed(c.Code(codeTo))).is(204)
	return c.call(method, path, body, append(headers, api.HeaderChallenge, ch.ID)...)
}

func typed(code string) api.ChallengeAnswer {
	return api.ChallengeAnswer{Values: map[string]string{"code": code}}
}

// invite invites somebody, with proof where it is asked for.
func (c caller) invite(account, email string, permissions ...string) answer {
	c.Helper()
	return c.proven("POST", account+"/invitations", api.NewInvitation{Email: email, Permissions: permissions}, c.email)
}

// changes asks what changed since a token.
func (c caller) changes(since string) api.Changes {
	c.Helper()
	return into[api.Changes](c.get("/v1/changes?since="+query(since)), 200)
}

// features are what the host says it can do.
func (w *world) features() api.Features {
	w.Helper()
	return into[api.Host](w.nobody().get("/v1/host"), 200).Features
}

// can runs a test's part that rests on a feature; without the feature the answer must be that it is not available here.
func (a answer) can(f api.Feature) bool {
	a.Helper()
	if !f.Available {
		a.is(http.StatusConflict).refused(api.ProblemUnavailableFeature)
	}
	return f.Available
}

func ptr[T any](v T) *T { return &v }
