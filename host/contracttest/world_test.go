package contracttest

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"concierge/client/api"
	"concierge/host/hosttest"
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
	clock  *hosttest.Clock
	client *http.Client
	api    *hosttest.API
}

// must is for what cannot fail unless the test is wrong.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// later lets what a host keeps of another system for a short while grow old, and what it looks at every minute come.
func (w *world) later() {
	w.clock.Pass(time.Minute)
	must(w, w.Tick(context.Background()))
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

// call sends a request as the application does; see hosttest.API.Call.
func (c caller) call(method, path string, body any, headers ...string) hosttest.Answer {
	c.Helper()
	return c.api.Call(c.token, method, path, body, headers...)
}

func (c caller) get(path string, headers ...string) hosttest.Answer {
	c.Helper()
	return c.call(http.MethodGet, path, nil, headers...)
}

func (c caller) post(path string, body any, headers ...string) hosttest.Answer {
	c.Helper()
	return c.call(http.MethodPost, path, body, headers...)
}

// accounts is every account of the caller.
func (c caller) accounts() []api.AccountSummary {
	c.Helper()
	return hosttest.Into[api.AccountPage](c.get("/v1/accounts?limit=500"), 200).Accounts
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
	return hosttest.Into[api.Snapshot](c.get(account+"/snapshot"), 200)
}

// user is the path of an account's user who signs in with an address, and them.
func (c caller) user(account, email string) (string, api.User) {
	c.Helper()
	for _, u := range hosttest.Into[api.UserList](c.get(account+"/users"), 200).Users {
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
	return account + "/contacts/" + hosttest.Into[api.Contact](c.post(account+"/contacts", n), 201).ID
}

// give replaces what a user may do.
func (c caller) give(account, email string, permissions ...string) {
	c.Helper()
	path, _ := c.user(account, email)
	c.call("PUT", path+"/permissions", api.PermissionSet{Permissions: permissions}).Is(200)
}

// proven repeats a refused call with the code that was e-mailed, where a host asks for one.
func (c caller) proven(method, path string, body any, codeTo string, headers ...string) hosttest.Answer {
	c.Helper()
	headers = slices.Clone(headers)
	if method == http.MethodPost && !slices.Contains(headers, api.HeaderIdempotencyKey) {
		headers = append(headers, api.HeaderIdempotencyKey, c.api.Key())
	}
	first := c.call(method, path, body, headers...)
	if first.Status != http.StatusForbidden || first.Problem().Type != api.ProblemStepUp {
		return first
	}
	ch := first.Problem().Challenge
	c.post("/v1/challenges/"+ch.ID, typed(c.Code(codeTo))).Is(204)
	return c.call(method, path, body, append(headers, api.HeaderChallenge, ch.ID)...)
}

func typed(code string) api.ChallengeAnswer {
	return api.ChallengeAnswer{Values: map[string]string{"code": code}}
}

// invite invites somebody, with proof where it is asked for.
func (c caller) invite(account, email string, permissions ...string) hosttest.Answer {
	c.Helper()
	return c.proven("POST", account+"/invitations", api.NewInvitation{Email: email, Permissions: permissions}, c.email)
}

// changes asks what changed since a token.
func (c caller) changes(since string) api.Changes {
	c.Helper()
	return hosttest.Into[api.Changes](c.get("/v1/changes?since="+query(since)), 200)
}

// features are what the host says it can do.
func (w *world) features() api.Features {
	w.Helper()
	return hosttest.Into[api.Host](w.nobody().get("/v1/host"), 200).Features
}

// can runs a test's part that rests on a feature; without the feature the answer must be that it is not available here.
func can(a hosttest.Answer, f api.Feature) bool {
	a.Helper()
	if !f.Available {
		a.Is(http.StatusConflict).Refused(api.ProblemUnavailableFeature)
	}
	return f.Available
}

func ptr[T any](v T) *T { return &v }
